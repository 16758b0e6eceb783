#include "core/policy.hpp"

namespace tenens {

Done may_impersonate(const Impersonation& request, const Settings& settings) {
  if (!settings.impersonation_enabled) return refuse(Code::impersonation_disabled);
  switch (request.subject) {
    case Standing::usable: break;
    case Standing::banned: return refuse(Code::user_banned, request.subject_id.text);
    case Standing::removed:
    case Standing::unknown: return refuse(Code::user_not_found, request.subject_id.text);
  }
  // Nothing would be done on anybody's behalf, and the audit would say that it was.
  if (request.actor.sub == request.subject_id.text) {
    return refuse(Code::impersonating_oneself, request.actor.sub);
  }
  if (settings.protected_users.contains(request.subject_id.text)) {
    return refuse(Code::user_protected, request.subject_id.text);
  }
  switch (request.acting_user) {
    case Standing::usable:
    case Standing::unknown: break;  // somebody from outside may act
    case Standing::banned: return refuse(Code::actor_banned, request.actor.sub);
    case Standing::removed: return refuse(Code::actor_removed, request.actor.sub);
  }
  return {};
}

}  // namespace tenens
