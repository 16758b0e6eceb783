// What is long over, removed by key. Ids begin with the time, so the oldest rows lie together.
#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

std::int64_t PostgresTx::remove_old(const InstanceId& instance, const ActorTokenId& first_kept,
                                    Instant over_by, std::int64_t at_most) {
  return change(
      "DELETE FROM actor_tokens WHERE instance_id = $1 AND id IN"
      " (SELECT id FROM actor_tokens WHERE instance_id = $1 AND id < $2 AND expires_at < $3"
      " ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED)",
      instance, first_kept, over_by, at_most);
}

std::int64_t PostgresTx::remove_old(const InstanceId& instance, const SignInTokenId& first_kept,
                                    Instant over_by, std::int64_t at_most) {
  return change(
      "DELETE FROM sign_in_tokens WHERE instance_id = $1 AND id IN"
      " (SELECT id FROM sign_in_tokens WHERE instance_id = $1 AND id < $2 AND expires_at < $3"
      " ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED)",
      instance, first_kept, over_by, at_most);
}

std::int64_t PostgresTx::remove_old(const InstanceId& instance, const SessionId& first_kept,
                                    Instant over_by, std::int64_t at_most) {
  return change(
      "DELETE FROM sessions WHERE instance_id = $1 AND id IN"
      " (SELECT id FROM sessions WHERE instance_id = $1 AND id < $2 AND expire_at < $3"
      " ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED)",
      instance, first_kept, over_by, at_most);
}

}  // namespace tenens::store::postgres
