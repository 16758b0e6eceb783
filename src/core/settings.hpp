// What an operator may set about the rules.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/instant.hpp"

namespace tenens {

struct Settings {
  seconds token_life{3600};  // where create names none
  seconds token_life_max = std::chrono::days(30);
  seconds session_life{1800};  // where create names none
  seconds session_life_max = std::chrono::hours(24);
  seconds idle_limit = std::chrono::minutes(10);
  seconds sign_in_token_life = std::chrono::days(30);  // where create names none
  seconds sign_in_token_life_max = std::chrono::days(365);
  seconds own_session_life = std::chrono::days(7);  // of a user signed in as themselves
  bool single_session = true;                       // a browser holds one session at a time
  bool restore_session = false;                     // after an impersonation, the one before it
  // Of tokens and sessions that are over; none: they stay for ever.
  std::optional<seconds> retention = std::chrono::days(90);
  seconds session_token_life{60};                    // of a session JWT
  bool impersonation_enabled = true;                 // off: create answers 402
  std::set<std::string> protected_users = {};        // ids whom nobody may impersonate
  std::optional<std::int64_t> monthly_limit;         // tokens a calendar month (UTC)
  std::string frontend_host = "clerk.localhost";     // in the publishable key and in `iss`
  std::string public_url = "http://localhost:4400";  // where the Frontend API is reached

  /// No session that begins now lives longer, whoever's it is.
  [[nodiscard]] seconds longest_session() const {
    return std::max(session_life_max, own_session_life);
  }
  [[nodiscard]] std::string issuer() const { return "https://" + frontend_host; }
};

}  // namespace tenens
