#include "core/session_rules.hpp"

#include <algorithm>

namespace tenens {

Instant abandon_at(const Session& session) {
  return std::min(session.last_active_at + session.idle_limit, session.expire_at);
}

SessionStatus status_at(const Session& session, Instant now) {
  switch (session.state) {
    case SessionState::revoked: return SessionStatus::revoked;
    case SessionState::ended: return SessionStatus::ended;
    case SessionState::removed: return SessionStatus::removed;
    case SessionState::replaced: return SessionStatus::replaced;
    case SessionState::active: break;
  }
  if (now >= session.expire_at) return SessionStatus::expired;
  if (now >= abandon_at(session)) return SessionStatus::abandoned;
  return SessionStatus::active;
}

}  // namespace tenens
