#include "wire/sign_in_tokens.hpp"

#include "http/routes/routes.hpp"
#include "http/to_wire.hpp"

namespace tenens::http::routes::sign_in_tokens {

Answer create(const Context& context) {
  const auto body = wire::parse_create_sign_in_token(context.request.body);
  if (!body) return refused(body.error());
  const auto minted = context.services.sign_in_tokens.create(context.caller, to_record(*body));
  if (!minted) return refused(minted.error());
  return json(wire::to_json(to_wire(*minted)));
}

Answer revoke(const Context& context) {
  const SignInTokenId id{context.id("sign_in_token_id")};
  const auto token = context.services.sign_in_tokens.revoke(context.caller, id);
  if (!token) return refused(token.error());
  return json(wire::to_json(to_wire(*token)));
}

}  // namespace tenens::http::routes::sign_in_tokens
