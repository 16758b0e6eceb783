// A user's own sessions, in every browser: seen and ended from one of them. Among them are those of
// whoever acts on the user's behalf, of whom the user is told the `sub`.
#pragma once

#include <optional>
#include <vector>

#include "core/clients.hpp"

namespace tenens {

struct RevokedSession {
  Session session;
  User user;        // of the session
  ClientView view;  // of the browser that asked
};

/// `asking` is the session of this browser that asks; without it, the one in front. Where that acts
/// for somebody, it sees and reaches itself alone: neither where the user is signed in nor who else
/// acts is its business. Failures: signed_out, and the store's.
class UserSessions {
 public:
  UserSessions(Store& store, const Clock& clock, const Settings& settings)
      : store_(store), clock_(clock), settings_(settings) {}

  /// Alive ones, newest first, and after them those that are away and come back.
  [[nodiscard]] Result<std::vector<Session>> list(const Visitor& visitor,
                                                  const std::optional<SessionId>& asking);
  /// Idempotent for one that is over. What is in this browser ends, as by a sign-out: what an
  /// impersonation had replaced is part of the view again. Failures also: session_not_found.
  [[nodiscard]] Result<RevokedSession> revoke(const Visitor& visitor,
                                              const std::optional<SessionId>& asking,
                                              const SessionId& id);

 private:
  Store& store_;
  const Clock& clock_;
  const Settings& settings_;
};

}  // namespace tenens
