#include "wire/testing_tokens.hpp"

#include "wire/members.hpp"

namespace tenens::wire {

std::string to_json(const TestingToken& token) {
  return Writer()
      .begin_object()
      .member("object", "testing_token")
      .member("token", token.token.expose())
      .member("expires_at", token.expires_at)
      .end_object()
      .take();
}

std::optional<TestingToken> parse_testing_token(const Value& value) {
  Members members(value);
  TestingToken token{.token = members.required_string("token"),
                     .expires_at = members.required_integer("expires_at")};
  token.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return token;
}

}  // namespace tenens::wire
