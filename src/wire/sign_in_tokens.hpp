// JSON <-> `SignInToken` and the body of `CreateSignInToken`.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "clerk_backend_api/sign_in_tokens.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::CreateSignInTokenRequestBody;
using clerk_backend_api::SignInToken;
using clerk_backend_api::SignInTokenStatus;

[[nodiscard]] Checked<CreateSignInTokenRequestBody> parse_create_sign_in_token(
    std::string_view body);
[[nodiscard]] std::string to_json(const CreateSignInTokenRequestBody& body);
[[nodiscard]] std::string to_json(const SignInToken& token);
/// Nothing if a member that the API requires is missing or of another type.
[[nodiscard]] std::optional<SignInToken> parse_sign_in_token(const Value& value);

}  // namespace tenens::wire
