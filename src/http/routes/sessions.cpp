#include "wire/sessions.hpp"

#include "http/read_query.hpp"
#include "http/routes/routes.hpp"
#include "http/to_wire.hpp"
#include "wire/lists.hpp"

namespace tenens::http::routes::sessions {
namespace {

SessionId session_id(const Context& context) {
  return {context.id("session_id")};
}

Answer answer(const Context& context, Result<Session> session) {
  if (!session) return refused(std::move(session).error());
  return json(to_json(*std::move(session), context.services.clock.now()));
}

Reply to_reply(const Context& context, Listing<Session> listing, bool paginated) {
  const auto now = context.services.clock.now();
  std::vector<wire::Session> models;
  for (auto& session : listing.items) models.push_back(to_wire(std::move(session), now));
  return json(paginated ? wire::to_json_page(models, listing.total) : wire::to_json_array(models));
}

}  // namespace

Answer create(const Context& context) {
  if (context.site.options().production) return refused(Failure{Code::development_only});
  const auto body = wire::parse_create_session(context.request.body);
  if (!body) return refused(body.error());
  return answer(context, context.services.sessions.create(context.caller, UserId{body->user_id}));
}

Answer list(const Context& context) {
  QueryReader query(context.request.query);
  SessionQuery wanted{.user_id = query.id<UserId>("user_id"),
                      .client_id = query.id<ClientId>("client_id"),
                      .actor_sub = query.text("actor_sub")};
  // Clerk's word for a session with open tasks; there are no tasks here, so it fits no session.
  const bool pending = query.text("status") == "pending";
  if (wanted.user_id || wanted.client_id || wanted.actor_sub) {
    query.refuse_empty();
  } else {
    query.fault("user_id", {}, Code::param_missing);
  }
  if (!pending) wanted.status = query.word("status", kSessionStatuses);
  const bool paginated = query.flag("paginated");
  const auto page = query.page();
  if (!query.faultless()) return refused(query.failures());
  if (pending) return to_reply(context, {}, paginated);

  auto listing = context.services.sessions.list(context.caller, wanted, page);
  if (!listing) return refused(listing.error());
  return to_reply(context, *std::move(listing), paginated);
}

Answer get(const Context& context) {
  return answer(context, context.services.sessions.find(context.caller, session_id(context)));
}

Answer revoke(const Context& context) {
  return answer(context, context.services.sessions.revoke(context.caller, session_id(context)));
}

Answer create_token(const Context& context) {
  const auto body = wire::parse_create_session_token(context.request.body);
  if (!body) return refused(body.error());
  const auto life =
      body->expires_in_seconds ? std::optional(seconds(*body->expires_in_seconds)) : std::nullopt;
  auto jwt = context.services.sessions.create_token(context.caller, session_id(context), life);
  if (!jwt) return refused(jwt.error());
  return json(wire::to_json(wire::SessionToken{*std::move(jwt)}));
}

}  // namespace tenens::http::routes::sessions
