#include "wire/sign_in_tokens.hpp"

#include "wire/fields.hpp"
#include "wire/members.hpp"

namespace tenens::wire {

Checked<CreateSignInTokenRequestBody> parse_create_sign_in_token(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());
  Fields fields(*object);
  CreateSignInTokenRequestBody request;
  request.user_id = fields.required_string("user_id");
  fields.refuse("org_id", kNoOrganizations);
  fields.refuse("actor", kNobodyActs);
  request.expires_in_seconds = fields.integer("expires_in_seconds");
  return fields.finish(std::move(request));
}

std::string to_json(const CreateSignInTokenRequestBody& body) {
  return Writer()
      .begin_object()
      .member("user_id", body.user_id)
      .member_if("org_id", body.org_id)
      .member_if("expires_in_seconds", body.expires_in_seconds)
      .end_object()
      .take();
}

std::string to_json(const SignInToken& token) {
  Writer writer;
  writer.begin_object()
      .member("object", "sign_in_token")
      .member("id", token.id)
      .member("status", token.status.text())
      .member("user_id", token.user_id);
  if (token.token) writer.member("token", token.token->expose());
  if (token.url) writer.member("url", token.url->expose());
  return writer.member("created_at", token.created_at)
      .member("updated_at", token.updated_at)
      .end_object()
      .take();
}

std::optional<SignInToken> parse_sign_in_token(const Value& value) {
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
