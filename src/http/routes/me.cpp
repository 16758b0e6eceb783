#include "http/client_cookies.hpp"
#include "http/frontend_json.hpp"
#include "http/read_query.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::me {
namespace {

/// The session that asks, as clerk-js names it; without one, that in front.
tl::expected<std::optional<SessionId>, Failures> asking(const Context& context) {
  QueryReader query(context.request.query);
  auto named = query.id<SessionId>("_clerk_session_id");
  if (!query.faultless()) return tl::unexpected(query.failures());
  return named;
}

}  // namespace

/// The user of a session of this browser; in an impersonation that is on whose behalf it is.
Answer get(const Context& context) {
  const auto named = asking(context);
  if (!named) return refused(named.error());
  const auto view = context.services.sessions.client(context.visitor);
  if (!view) return refused(view.error());
  const auto* live = *view ? session_that_asks(**view, *named) : nullptr;
  if (live == nullptr) return refused(Failure{Code::signed_out});
  return json(envelope(user_json(live->user), FrontendJson(context).client(**view)));
}

Answer sessions(const Context& context) {
  const auto named = asking(context);
  if (!named) return refused(named.error());
  // Where an impersonation is over, what it had replaced comes back first, and asks.
  if (const auto view = context.services.sessions.client(context.visitor); !view) {
    return refused(view.error());
  }
  const auto list = context.services.user_sessions.list(context.visitor, *named);
  if (!list) return refused(list.error());
  return json(sessions_json(*list));
}

Answer revoke_session(const Context& context) {
  const auto named = asking(context);
  if (!named) return refused(named.error());
  const SessionId id{context.id("session_id")};
  const auto revoked = context.services.user_sessions.revoke(context.visitor, *named, id);
  if (!revoked) return refused(revoked.error());
  FrontendJson frontend(context);
  const auto response = frontend.session({revoked->session, revoked->user});
  auto reply = json(envelope(response, frontend.client(revoked->view)));
  add_uat_cookies(reply, context, revoked->view);
  return reply;
}

}  // namespace tenens::http::routes::me
