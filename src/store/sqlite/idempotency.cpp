#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::optional<IdempotencyRecord> SqliteTx::find_idempotency(const InstanceId& instance,
                                                            const Digest& key) {
  auto query = db_.query(
      "SELECT instance_id, key_digest, body_digest, actor_token_id, created_at FROM idempotency"
      " WHERE instance_id = ? AND key_digest = ?");
  bind(query, instance, key);
  if (!query.step()) return std::nullopt;
  IdempotencyRecord record;
  read(query, record.instance_id, record.key_digest, record.body_digest, record.actor_token_id,
       record.created_at);
  return record;
}

void SqliteTx::insert(const IdempotencyRecord& record) {
  change(
      "INSERT INTO idempotency"
      " (instance_id, key_digest, body_digest, actor_token_id, created_at)"
      " VALUES (?, ?, ?, ?, ?)",
      record.instance_id, record.key_digest, record.body_digest, record.actor_token_id,
      record.created_at);
}

}  // namespace tenens::store
