#include "wire/actor_tokens.hpp"

#include "crypto/digest.hpp"
#include "http/limits.hpp"
#include "http/read_query.hpp"
#include "http/routes/routes.hpp"
#include "http/to_wire.hpp"
#include "wire/lists.hpp"

namespace tenens::http::routes::actor_tokens {
namespace {

ActorTokenId token_id(const Context& context) {
  return {context.id("actor_token_id")};
}

/// Ours: with the same key and the same body, a create that is sent twice makes one token.
Result<std::optional<Idempotency>> read_idempotency(const Request& request) {
  const auto keys = request.headers.all("idempotency-key");
  if (keys.empty()) return std::nullopt;
  const auto& key = keys.front();
  const bool usable = keys.size() == 1 && !key.empty() && key.size() <= kMaxIdempotencyKeyBytes &&
                      std::all_of(key.begin(), key.end(), is_printable);
  if (!usable) {
    return refuse(Code::malformed_request, {},
                  "An Idempotency-Key is one to " + std::to_string(kMaxIdempotencyKeyBytes) +
                      " printable ASCII characters, and there is one.");
  }
  return Idempotency{.key = crypto::sha256(key), .body = crypto::sha256(request.body)};
}

}  // namespace

Answer create(const Context& context) {
  const auto idempotency = read_idempotency(context.request);
  if (!idempotency) return refused(idempotency.error());
  auto body = wire::parse_create_actor_token(context.request.body);
  if (!body) return refused(body.error());

  auto minted = context.services.actor_tokens.create(context.caller, to_record(*std::move(body)),
                                                     *idempotency);
  if (!minted) return refused(minted.error());
  return json(to_json(*std::move(minted)));
}

Answer revoke(const Context& context) {
  const auto token = context.services.actor_tokens.revoke(context.caller, token_id(context));
  if (!token) return refused(token.error());
  return json(wire::to_json(to_wire(*token)));
}

Answer end(const Context& context) {
  const auto token = context.services.actor_tokens.end(context.caller, token_id(context));
  if (!token) return refused(token.error());
  return json(wire::to_json(to_detailed_wire(*token)));
}

Answer get(const Context& context) {
  const auto token = context.services.actor_tokens.find(context.caller, token_id(context));
  if (!token) return refused(token.error());
  return json(wire::to_json(to_detailed_wire(*token)));
}

Answer list(const Context& context) {
  QueryReader query(context.request.query);
  const ActorTokenFilter filter{.user_id = query.id<UserId>("user_id"),
                                .actor_sub = query.text("actor_sub"),
                                .state = query.word("status", kTokenStates)};
  const auto page = query.page();
  static_cast<void>(query.flag("paginated"));  // it always is
  query.refuse_others();
  if (!query.faultless()) return refused(query.failures());

  const auto listing = context.services.actor_tokens.list(context.caller, filter, page);
  if (!listing) return refused(listing.error());
  std::vector<wire::ActorToken> models;
  for (const auto& token : listing->items) models.push_back(to_detailed_wire(token));
  return json(wire::to_json_page(models, listing->total));
}

}  // namespace tenens::http::routes::actor_tokens
