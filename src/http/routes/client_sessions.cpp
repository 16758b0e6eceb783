#include "http/client_cookies.hpp"
#include "http/frontend_json.hpp"
#include "http/routes/routes.hpp"
#include "wire/sessions.hpp"

namespace tenens::http::routes::client_sessions {
namespace {

SessionId session_id(const Context& context) {
  return {context.id("session_id")};
}

/// Ends or removes one session. The closed session is part of the answer and no longer part of the
/// client, so it is looked up before.
Answer close(const Context& context, SessionState to) {
  const auto id = session_id(context);
  const auto before = context.services.sessions.client(context.visitor);
  if (!before) return refused(before.error());
  const auto after = context.services.sessions.close(context.visitor, id, to);
  if (!after) return refused(after.error());

  FrontendJson frontend(context);
  std::string response = "null";
  if (const auto* known = *before ? session_that_asks(**before, id) : nullptr) {
    auto closed = *known;
    closed.session.state = to;
    closed.session.updated_at = context.services.clock.now();
    response = frontend.session(closed);
  }
  auto reply = json(envelope(response, frontend.client(*after)));
  add_uat_cookies(reply, context, *after);
  return reply;
}

}  // namespace

// Neither touch nor create_token looks at the body: a 422 here tells clerk-js that the session is
// dead, and nothing in the body is worth that.

Answer touch(const Context& context) {
  const auto id = session_id(context);
  const auto view = context.services.sessions.touch(context.visitor, id);
  if (!view) return refused(view.error());
  const auto* touched = session_that_asks(*view, id);
  if (touched == nullptr) return refused(Failure{Code::signed_out});
  FrontendJson frontend(context);
  const auto response = frontend.session(*touched);
  return json(envelope(response, frontend.client(*view)));
}

Answer get(const Context& context) {
  const auto view = context.services.sessions.client(context.visitor);
  if (!view) return refused(view.error());
  const auto* live = *view ? session_that_asks(**view, session_id(context)) : nullptr;
  if (live == nullptr) return refused(Failure{Code::signed_out});
  FrontendJson frontend(context);
  const auto response = frontend.session(*live);
  return json(envelope(response, frontend.client(**view)));
}

Answer create_token(const Context& context) {
  auto jwt = context.services.sessions.token(context.visitor, session_id(context));
  if (!jwt) return refused(jwt.error());
  return json(wire::to_json(wire::SessionToken{*std::move(jwt)}));
}

Answer end(const Context& context) {
  return close(context, SessionState::ended);
}

Answer remove(const Context& context) {
  return close(context, SessionState::removed);
}

Answer remove_all(const Context& context) {
  const auto view = context.services.sessions.remove_all(context.visitor);
  if (!view) return refused(view.error());
  FrontendJson frontend(context);
  auto reply = json(envelope(*view ? frontend.client(**view) : "null", "null"));
  add_uat_cookies(reply, context, *view);
  return reply;
}

}  // namespace tenens::http::routes::client_sessions
