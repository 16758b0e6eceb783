#include "wire/sign_in_tokens.hpp"

#include "wire/members.hpp"

namespace tenens::wire {

std::string to_json(const CreateSignInTokenRequestBody& body) {
  return Writer()
      .begin_object()
      .member("user_id", body.user_id)
      .member_if("org_id", body.org_id)
      .member_if("expires_in_seconds", body.expires_in_seconds)
      .end_object()
      .take();
}

std::optional<SignInToken> to_sign_in_token(const Value& value) {
  Members members(value);
  SignInToken token;
  token.id = members.required_string("id");
  token.status = SignInTokenStatus(members.required_string("status"));
  token.user_id = members.required_string("user_id");
  token.token = members.secret("token");
  token.url = members.secret("url");
  token.created_at = members.required_integer("created_at");
  token.updated_at = members.required_integer("updated_at");
  token.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return token;
}

}  // namespace tenens::wire
