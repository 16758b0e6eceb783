#include "store/sqlite/transaction.hpp"

namespace tenens::store {

Voided SqliteTx::void_what_is_open(const InstanceId& instance, Instant now) {
  return {
      .actor_tokens = change("UPDATE actor_tokens SET state = 'revoked', updated_at = ?"
                             " WHERE instance_id = ? AND state = 'pending' AND expires_at > ?",
                             now, instance, now),
      .sign_in_tokens = change("UPDATE sign_in_tokens SET state = 'revoked', updated_at = ?"
                               " WHERE instance_id = ? AND state = 'pending' AND expires_at > ?",
                               now, instance, now),
      .sessions = change("UPDATE sessions SET state = 'revoked', updated_at = ?"
                         " WHERE instance_id = ? AND state IN ('active', 'replaced')"
                         " AND expire_at > ? AND last_active_at + idle_limit_in_seconds * 1000 > ?",
                         now, instance, now, now)};
}

}  // namespace tenens::store
