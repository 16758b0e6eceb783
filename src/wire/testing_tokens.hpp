// JSON <-> `TestingToken`.
#pragma once

#include <optional>
#include <string>

#include "clerk_backend_api/testing_tokens.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::TestingToken;

[[nodiscard]] std::string to_json(const TestingToken& token);
/// Nothing if a member that the API requires is missing or of another type.
[[nodiscard]] std::optional<TestingToken> parse_testing_token(const Value& value);

}  // namespace tenens::wire
