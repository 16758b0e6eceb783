#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

std::vector<SecretKey> PostgresTx::secret_keys() {
  std::vector<SecretKey> found;
  auto query = connection_.query(
      "SELECT id, instance_id, digest, created_at FROM secret_keys ORDER BY id DESC");
  while (query.step()) {
    auto& key = found.emplace_back();
    read(query, key.id, key.instance_id, key.digest, key.created_at);
  }
  return found;
}

void PostgresTx::insert(const SecretKey& key) {
  change("INSERT INTO secret_keys (id, instance_id, digest, created_at) VALUES ($1, $2, $3, $4)",
         key.id, key.instance_id, key.digest, key.created_at);
}

void PostgresTx::remove_secret_keys(const InstanceId& instance) {
  change("DELETE FROM secret_keys WHERE instance_id = $1", instance);
}

std::vector<SigningKey> PostgresTx::signing_keys() {
  // A write that lists the keys will retire them all: two such writes must not miss each other's.
  if (is_write()) connection_.execute("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE");
  std::vector<SigningKey> found;
  auto query = connection_.query(
      "SELECT kid, instance_id, private_pem, active_from, retired_at, created_at"
      " FROM signing_keys ORDER BY active_from DESC, kid DESC");
  while (query.step()) {
    auto& key = found.emplace_back();
    read(query, key.kid, key.instance_id, key.private_pem, key.active_from, key.retired_at,
         key.created_at);
  }
  return found;
}

void PostgresTx::insert(const SigningKey& key) {
  change(
      "INSERT INTO signing_keys"
      " (kid, instance_id, private_pem, active_from, retired_at, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      key.kid, key.instance_id, key.private_pem, key.active_from, key.retired_at, key.created_at);
}

void PostgresTx::retire_signing_key(const std::string& kid, Instant at) {
  change("UPDATE signing_keys SET retired_at = $1 WHERE kid = $2", at, kid);
}

void PostgresTx::update_private_pem(const SigningKey& key) {
  change("UPDATE signing_keys SET private_pem = $1 WHERE kid = $2", key.private_pem, key.kid);
}

}  // namespace tenens::store::postgres
