#include <algorithm>

#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

// Two nodes with one key: who finds a record holds it until the commit. Who finds none has nothing
// to hold; the primary key then tells the second at its insert, and it begins anew and finds the
// first one's record.
std::optional<IdempotencyRecord> PostgresTx::find_idempotency(const InstanceId& instance,
                                                              const Digest& key) {
  static const std::string sql =
      "SELECT instance_id, key_digest, body_digest, actor_token_id, created_at FROM idempotency"
      " WHERE instance_id = $1 AND key_digest = $2";
  static const std::string locking_sql = sql + " FOR UPDATE";
  auto query = connection_.query(is_write() ? locking_sql : sql);
  bind(query, instance, key);
  if (!query.step()) {
    absent_idempotency_.emplace_back(instance, key);
    return std::nullopt;
  }
  IdempotencyRecord record;
  read(query, record.instance_id, record.key_digest, record.body_digest, record.actor_token_id,
       record.created_at);
  return record;
}

void PostgresTx::insert(const IdempotencyRecord& record) {
  static const std::string sql =
      "INSERT INTO idempotency"
      " (instance_id, key_digest, body_digest, actor_token_id, created_at)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (instance_id, key_digest) DO ";
  static const std::string new_sql = sql + "NOTHING";
  static const std::string replacing_sql =
      sql +
      "UPDATE SET body_digest = excluded.body_digest, actor_token_id = excluded.actor_token_id,"
      " created_at = excluded.created_at";
  const auto looked_for = std::pair(record.instance_id, record.key_digest);
  const auto absent = std::find(absent_idempotency_.begin(), absent_idempotency_.end(), looked_for);
  const bool is_new = absent != absent_idempotency_.end();
  if (is_new) absent_idempotency_.erase(absent);  // from here on it is this closure's own
  const auto inserted =
      change(is_new ? new_sql : replacing_sql, record.instance_id, record.key_digest,
             record.body_digest, record.actor_token_id, record.created_at);
  if (inserted == 0) connection_.conflict("another node has used this Idempotency-Key");
}

void PostgresTx::forget_idempotency_before(Instant cutoff) {
  // The two oldest at most, found without a scan: called with every insert, it keeps pace. What
  // another node holds is being forgotten, or used, there.
  post_change(
      "DELETE FROM idempotency WHERE (instance_id, key_digest) IN"
      " (SELECT instance_id, key_digest FROM idempotency WHERE created_at < $1"
      " ORDER BY created_at LIMIT 2 FOR UPDATE SKIP LOCKED)",
      cutoff);
}

}  // namespace tenens::store::postgres
