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
      "INSERT OR REPLACE INTO idempotency"
      " (instance_id, key_digest, body_digest, actor_token_id, created_at)"
      " VALUES (?, ?, ?, ?, ?)",
      record.instance_id, record.key_digest, record.body_digest, record.actor_token_id,
      record.created_at);
}

void SqliteTx::forget_idempotency_before(Instant cutoff) {
  // The two oldest at most, found without a scan: called with every insert, it keeps pace.
  change(
      "DELETE FROM idempotency WHERE rowid IN (SELECT rowid FROM"
      " (SELECT rowid, created_at FROM idempotency ORDER BY rowid LIMIT 2) WHERE created_at < ?)",
      cutoff);
}

}  // namespace tenens::store
