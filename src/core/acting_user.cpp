#include "core/acting_user.hpp"

namespace tenens {

ActingUser find_acting_user(ReadTx& tx, const InstanceId& instance_id, const Actor& actor) {
  const UserId id{actor.sub};
  auto user = tx.find_user(instance_id, id);
  // Somebody from outside cannot have been removed here, and costs no look.
  const bool removed =
      !user && actor.sub.starts_with(kind::User::prefix) && tx.was_removed(instance_id, id);
  return {std::move(user), removed};
}

}  // namespace tenens
