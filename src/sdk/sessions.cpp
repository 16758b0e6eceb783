#include "clerk_backend_api/sessions.hpp"

#include "sdk/caller.hpp"
#include "sdk/lists.hpp"

namespace clerk_backend_api {

using tenens::wire::parse_session;

Result<SessionList> Sessions::list(const ListSessionsRequest& request,
                                   const RequestOptions& options) const {
  detail::Query query;
  query.add("paginated", std::string_view("true"))
      .add("user_id", request.user_id)
      .add("client_id", request.client_id)
      .add("status", request.status)
      .add("actor_sub", request.actor_sub)
      .add("limit", request.limit)
      .add("offset", request.offset);
  return caller_->call<SessionList>(
      detail::kListSessions, {.query = std::move(query)}, options,
      [](const Value& json) { return detail::parse_list<SessionList>(json, parse_session); });
}

Listing<Session> Sessions::list_all(ListSessionsRequest request, RequestOptions options) const {
  return detail::list_all<Session>(*this, std::move(request), std::move(options));
}

Result<Session> Sessions::get(std::string_view session_id, const RequestOptions& options) const {
  return caller_->call<Session>(detail::kGetSession, {.id = session_id}, options, parse_session);
}

Result<Session> Sessions::create(const CreateSessionRequestBody& request,
                                 const RequestOptions& options) const {
  return caller_->call<Session>(detail::kCreateSession, {.body = tenens::wire::to_json(request)},
                                options, parse_session);
}

Result<Session> Sessions::revoke(std::string_view session_id, const RequestOptions& options) const {
  return caller_->call<Session>(detail::kRevokeSession, {.id = session_id}, options, parse_session);
}

Result<SessionToken> Sessions::create_token(std::string_view session_id,
                                            const CreateSessionTokenRequestBody& request,
                                            const RequestOptions& options) const {
  return caller_->call<SessionToken>(detail::kCreateSessionToken,
                                     {.id = session_id, .body = tenens::wire::to_json(request)},
                                     options, tenens::wire::parse_session_token);
}

}  // namespace clerk_backend_api
