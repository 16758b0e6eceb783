// JSON <-> `Session`, `SessionToken` and the bodies that ask for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "clerk_backend_api/sessions.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::CreateSessionRequestBody;
using clerk_backend_api::CreateSessionTokenRequestBody;
using clerk_backend_api::Session;
using clerk_backend_api::SessionStatus;
using clerk_backend_api::SessionToken;

inline constexpr std::int64_t kMinSessionTokenSeconds = 30;
inline constexpr std::int64_t kMaxSessionTokenSeconds = 315'360'000;

/// The API's `Session`. `actor_token_id`, a member of ours, only where it is set.
[[nodiscard]] std::string to_json(const Session& session);
/// The same with an actor that is JSON already, an object; empty: `null`.
[[nodiscard]] std::string to_json(const Session& session, std::string_view actor_json);
[[nodiscard]] std::string to_json(const SessionToken& token);

[[nodiscard]] Checked<CreateSessionRequestBody> parse_create_session(std::string_view body);
/// The server's side of `CreateSessionToken`. Unknown fields are let through: the API's schema does
/// not forbid them here.
[[nodiscard]] Checked<CreateSessionTokenRequestBody> parse_create_session_token(
    std::string_view body);

/// The client's side. Nothing if a member that the API requires is missing or of another type.
[[nodiscard]] std::string to_json(const CreateSessionRequestBody& body);
[[nodiscard]] std::string to_json(const CreateSessionTokenRequestBody& body);
[[nodiscard]] std::optional<Session> parse_session(const Value& value);
[[nodiscard]] std::optional<SessionToken> parse_session_token(const Value& value);

}  // namespace tenens::wire
