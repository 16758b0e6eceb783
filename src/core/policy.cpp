#include "core/policy.hpp"

namespace tenens {

Done may_impersonate(const Impersonation& request, const Settings& settings) {
  if (!settings.impersonation_enabled) return refuse(Code::impersonation_disabled);
  if (request.subject == nullptr) return refuse(Code::user_not_found, request.subject_id.text);
  if (request.subject->banned) return refuse(Code::user_banned, request.subject_id.text);
  const auto& [acting_user, removed] = request.acting_user;
  if (acting_user && acting_user->banned) return refuse(Code::actor_banned, request.actor.sub);
  if (removed) return refuse(Code::actor_removed, request.actor.sub);
  return {};
}

}  // namespace tenens
