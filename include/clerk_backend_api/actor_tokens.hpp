// Actor tokens: let your users sign in on behalf of other users.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "clerk_backend_api/secret.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/word.hpp"

namespace clerk_backend_api {

/// `pending` until it is redeemed or revoked. Expiry does not change the status.
struct ActorTokenStatus : Word {
  using Word::Word;
  static constexpr std::string_view pending = "pending";
  static constexpr std::string_view accepted = "accepted";
  static constexpr std::string_view revoked = "revoked";
};

/// Body of `CreateActorToken` (POST /v1/actor_tokens).
struct CreateActorTokenRequestBody {
  std::string user_id;  ///< required; the user to be impersonated
  /// Required; needs a non-empty string `sub`, the id of the one who acts. Everything else in it is
  /// kept as written and appears whole as the session JWT's `act` claim.
  Object actor;
  std::optional<std::int64_t> expires_in_seconds;               ///< life of the token; 3600
  std::optional<std::int64_t> session_max_duration_in_seconds;  ///< life of its session; 1800
  /// Extension, `tenensd` only (Clerk refuses the field): why, for the audit record.
  std::optional<std::string> reason;
};

/// The `ActorToken` of the API.
struct ActorToken {
  std::string id;  ///< `act_…`
  ActorTokenStatus status;
  std::string user_id;
  Object actor;
  std::optional<Secret> token;  ///< the ticket; only in the answer to create
  std::optional<Secret> url;    ///< the link that carries the ticket; only in the answer to create
  std::int64_t created_at = 0;  ///< Unix time in milliseconds
  std::int64_t updated_at = 0;  ///< Unix time in milliseconds
  // Extensions: only `tenensd` sends these, and only on its own routes (list, get, end).
  std::optional<std::int64_t> expires_at;  ///< Unix time in milliseconds
  std::optional<std::string> session_id;   ///< the session the token opened
  std::optional<std::string> reason;
};

}  // namespace clerk_backend_api
