// The one place that says who may become whom. Every path that leads to acting as a user asks here:
// create, redeem, refresh. Two CVEs of 2026 are one path that skipped such a check.
#pragma once

#include "base/result.hpp"
#include "core/records.hpp"
#include "core/settings.hpp"

namespace tenens {

/// The one who acts, as far as the instance knows them: `actor.sub` may name anybody.
struct ActingUser {
  std::optional<User> user = {};  // whom it names
  bool removed = false;           // whom it named
};

/// What a decision rests on. Named members, so that actor and subject cannot change places.
struct Impersonation {
  const User* subject;  // who would be impersonated; nullptr: no such user (any more)
  const UserId& subject_id;
  const Actor& actor;
  const ActingUser& acting_user;
};

/// Failures: user_not_found, user_banned, actor_banned, actor_removed,
/// impersonation_disabled.
[[nodiscard]] Done may_impersonate(const Impersonation& request, const Settings& settings);

}  // namespace tenens
