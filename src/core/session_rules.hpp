// What a session is at a moment: the stored state, or the time that has run out.
#pragma once

#include <array>
#include <string_view>

#include "core/records.hpp"

namespace tenens {

enum class SessionStatus { active, expired, abandoned, revoked, ended, removed, replaced };
inline constexpr std::array kSessionStatuses{
    SessionStatus::active, SessionStatus::expired, SessionStatus::abandoned, SessionStatus::revoked,
    SessionStatus::ended,  SessionStatus::removed, SessionStatus::replaced};
[[nodiscard]] std::string_view to_text(SessionStatus status);

/// The moment at which it dies if nothing happens until then.
[[nodiscard]] Instant abandon_at(const Session& session);
[[nodiscard]] SessionStatus status_at(const Session& session, Instant now);
[[nodiscard]] inline bool is_alive(const Session& session, Instant now) {
  return status_at(session, now) == SessionStatus::active;
}

}  // namespace tenens
