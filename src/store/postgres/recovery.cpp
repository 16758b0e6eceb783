#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

// Of every token there is: a server's own patience is too short for that.
constexpr auto kRecoveryTime = std::chrono::hours(2);

}  // namespace

Voided PostgresTx::void_what_is_open(const InstanceId& instance, Instant now) {
  write_new_rows();
  shared_.actor_tokens.clear();
  connection_.query("SET LOCAL statement_timeout = 0").post();
  connection_.set_deadline(std::chrono::steady_clock::now() + kRecoveryTime);
  return {
      .actor_tokens = change("UPDATE actor_tokens SET state = 'revoked', updated_at = $1"
                             " WHERE instance_id = $2 AND state = 'pending' AND expires_at > $3",
                             now, instance, now),
      .sign_in_tokens = change("UPDATE sign_in_tokens SET state = 'revoked', updated_at = $1"
                               " WHERE instance_id = $2 AND state = 'pending' AND expires_at > $3",
                               now, instance, now),
      .sessions =
          change("UPDATE sessions SET state = 'revoked', updated_at = $1"
                 " WHERE instance_id = $2 AND state IN ('active', 'replaced')"
                 " AND expire_at > $3 AND last_active_at + idle_limit_in_seconds * 1000 > $3",
                 now, instance, now)};
}

}  // namespace tenens::store::postgres
