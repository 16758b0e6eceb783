#include "clerk_backend_api/actor_tokens.hpp"

#include "sdk/caller.hpp"
#include "sdk/lists.hpp"

namespace clerk_backend_api {

using tenens::wire::parse_actor_token;

Result<ActorToken> ActorTokens::create_actor_token(const CreateActorTokenRequestBody& request,
                                                   const RequestOptions& options) const {
  return caller_->call<ActorToken>(detail::kCreateActorToken,
                                   {.body = tenens::wire::to_json(request)}, options,
                                   parse_actor_token);
}

Result<ActorToken> ActorTokens::revoke_actor_token(std::string_view actor_token_id,
                                                   const RequestOptions& options) const {
  return caller_->call<ActorToken>(detail::kRevokeActorToken, {.id = actor_token_id}, options,
                                   parse_actor_token);
}

Result<ActorTokenList> ActorTokens::list(const ListActorTokensRequest& request,
                                         const RequestOptions& options) const {
  detail::Query query;
  query.add("paginated", std::string_view("true"))
      .add("user_id", request.user_id)
      .add("actor_sub", request.actor_sub)
      .add("status", request.status)
      .add("limit", request.limit)
      .add("offset", request.offset);
  return caller_->call<ActorTokenList>(
      detail::kListActorTokens, {.query = std::move(query)}, options, [](const Value& json) {
        return detail::parse_list<ActorTokenList>(json, parse_actor_token);
      });
}

Listing<ActorToken> ActorTokens::list_all(ListActorTokensRequest request,
                                          RequestOptions options) const {
  return detail::list_all<ActorToken>(*this, std::move(request), std::move(options));
}

Result<ActorToken> ActorTokens::get(std::string_view actor_token_id,
                                    const RequestOptions& options) const {
  return caller_->call<ActorToken>(detail::kGetActorToken, {.id = actor_token_id}, options,
                                   parse_actor_token);
}

Result<ActorToken> ActorTokens::end(std::string_view actor_token_id,
                                    const RequestOptions& options) const {
  return caller_->call<ActorToken>(detail::kEndActorToken, {.id = actor_token_id}, options,
                                   parse_actor_token);
}

}  // namespace clerk_backend_api
