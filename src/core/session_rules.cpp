#include "core/session_rules.hpp"

#include <algorithm>

namespace tenens {

std::string_view to_text(SessionStatus status) {
  switch (status) {
    case SessionStatus::active: return "active";
    case SessionStatus::expired: return "expired";
    case SessionStatus::abandoned: return "abandoned";
    case SessionStatus::revoked: return "revoked";
    case SessionStatus::ended: return "ended";
    case SessionStatus::removed: return "removed";
    case SessionStatus::replaced: return "replaced";
  }
  return {};
}

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
  // The limit that came first ended it, however long ago.
  const auto end = abandon_at(session);
  if (now < end) return SessionStatus::active;
  return end < session.expire_at ? SessionStatus::abandoned : SessionStatus::expired;
}

}  // namespace tenens
