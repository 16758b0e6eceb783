// The one place that says who may become whom. Every path that leads to acting as a user asks here:
// create, redeem, refresh. Two CVEs of 2026 are one path that skipped such a check.
#pragma once

#include "base/result.hpp"
#include "core/records.hpp"
#include "core/settings.hpp"

namespace tenens {

/// What a decision rests on. Named members, so that actor and subject cannot change places.
struct Impersonation {
  Standing subject;  // of who would be impersonated
  const UserId& subject_id;
  Standing acting_user;  // of whom `actor.sub` names
  const Actor& actor;
};

/// Failures: user_not_found, user_banned, user_protected, actor_banned, actor_removed,
/// impersonating_oneself, impersonation_disabled.
[[nodiscard]] Done may_impersonate(const Impersonation& request, const Settings& settings);

}  // namespace tenens
