// JSON <-> `ActorToken` and the body of `CreateActorToken`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "clerk_backend_api/actor_tokens.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::ActorToken;
using clerk_backend_api::ActorTokenStatus;
using clerk_backend_api::CreateActorTokenRequestBody;

/// What a session JWT must be able to carry in each request of a browser.
inline constexpr std::size_t kMaxActorBytes = 4096;  ///< serialised
inline constexpr std::size_t kMaxActorDepth = 8;     ///< the actor itself is the first level
inline constexpr std::size_t kMaxReasonBytes = 1024;

/// The API's `ActorToken`. Members of ours follow Clerk's, and only where they are set.
[[nodiscard]] std::string to_json(const ActorToken& token);
/// With this text, which is JSON, in the place of `token.actor`.
[[nodiscard]] std::string to_json(const ActorToken& token, std::string_view actor_json);

/// A body that was found good.
struct CheckedCreateActorToken {
  std::string user_id = {};
  std::string actor_sub = {};
  std::string actor_json = {};  ///< the actor, whole, in compact form
  std::optional<std::int64_t> expires_in_seconds = {};
  std::optional<std::int64_t> session_max_duration_in_seconds = {};
  std::optional<std::string> reason = {};
};

/// The server's side of `CreateActorToken`. Strict: reports every fault, known fields first and in
/// their order. Durations are not judged here beyond being whole numbers of 64 bits.
[[nodiscard]] Checked<CheckedCreateActorToken> parse_create_actor_token(std::string_view body);

/// The client's side.
[[nodiscard]] std::string to_json(const CreateActorTokenRequestBody& body);
/// Nothing if a member that the API requires is missing or of another type.
[[nodiscard]] std::optional<ActorToken> parse_actor_token(const Value& value);

}  // namespace tenens::wire
