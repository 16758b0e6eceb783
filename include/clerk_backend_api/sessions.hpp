// Sessions: what a redeemed actor token opens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/word.hpp"

namespace clerk_backend_api {

struct SessionStatus : Word {
  using Word::Word;
  static constexpr std::string_view active = "active";
  static constexpr std::string_view revoked = "revoked";
  static constexpr std::string_view ended = "ended";
  static constexpr std::string_view expired = "expired";      ///< its maximum duration has passed
  static constexpr std::string_view abandoned = "abandoned";  ///< its idle limit has passed
  static constexpr std::string_view removed = "removed";
  static constexpr std::string_view replaced = "replaced";
};

/// The API's `Session`. All times are Unix times in milliseconds.
struct Session {
  std::string id;  ///< `sess_…`
  std::string user_id;
  std::string client_id;
  std::optional<Object> actor;  ///< who acts, in an impersonated session
  SessionStatus status;
  std::int64_t last_active_at = 0;
  std::int64_t expire_at = 0;   ///< end of the maximum duration
  std::int64_t abandon_at = 0;  ///< end of the idle limit, if nothing happens
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  std::optional<std::string> actor_token_id;  ///< extension of `tenensd`: the token that opened it
};

/// Answer of `CreateSessionToken` (POST /v1/sessions/{session_id}/tokens).
struct SessionToken {
  std::string jwt;  ///< lives for a minute; carries `act` if the session is impersonated
};

}  // namespace clerk_backend_api
