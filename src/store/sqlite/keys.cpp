#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::vector<SecretKey> SqliteTx::secret_keys() {
  std::vector<SecretKey> found;
  auto query =
      db_.query("SELECT id, instance_id, digest, created_at FROM secret_keys ORDER BY id DESC");
  while (query.step()) {
    auto& key = found.emplace_back();
    read(query, key.id, key.instance_id, key.digest, key.created_at);
  }
  return found;
}

void SqliteTx::insert(const SecretKey& key) {
  change("INSERT INTO secret_keys (id, instance_id, digest, created_at) VALUES (?, ?, ?, ?)",
         key.id, key.instance_id, key.digest, key.created_at);
}

void SqliteTx::remove_secret_keys(const InstanceId& instance) {
  change("DELETE FROM secret_keys WHERE instance_id = ?", instance);
}

std::vector<SigningKey> SqliteTx::signing_keys() {
  std::vector<SigningKey> found;
  auto query = db_.query(
      "SELECT kid, instance_id, private_pem, active_from, retired_at, created_at"
      " FROM signing_keys ORDER BY active_from DESC, kid DESC");
  while (query.step()) {
    auto& key = found.emplace_back();
    read(query, key.kid, key.instance_id, key.private_pem, key.active_from, key.retired_at,
         key.created_at);
  }
  return found;
}

void SqliteTx::insert(const SigningKey& key) {
  change(
      "INSERT INTO signing_keys"
      " (kid, instance_id, private_pem, active_from, retired_at, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      key.kid, key.instance_id, key.private_pem, key.active_from, key.retired_at, key.created_at);
}

void SqliteTx::retire_signing_key(const std::string& kid, Instant at) {
  change("UPDATE signing_keys SET retired_at = ? WHERE kid = ?", at, kid);
}

void SqliteTx::update_private_pem(const SigningKey& key) {
  change("UPDATE signing_keys SET private_pem = ? WHERE kid = ?", key.private_pem, key.kid);
}

}  // namespace tenens::store
