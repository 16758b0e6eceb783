#include "http/frontend_json.hpp"
#include "http/read_query.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::me {
namespace {

/// The session that the page says it is about, or the one in front.
const LiveSession* pick(const ClientView& view, const std::optional<SessionId>& named) {
  const auto& wanted = named ? named : view.client.last_active_session_id;
  for (const auto& live : view.sessions) {
    if (live.session.id == wanted) return &live;
  }
  return named || view.sessions.empty() ? nullptr : &view.sessions.front();
}

}  // namespace

/// The user of a session of this browser; in an impersonation that is on whose behalf it is.
Answer get(const Context& context) {
  QueryReader query(context.request.query);
  const auto named = query.id<SessionId>("_clerk_session_id");
  if (!query.faultless()) return refused(query.failures());
  const auto view = context.services.sessions.client(context.visitor);
  if (!view) return refused(view.error());
  const auto* live = *view ? pick(**view, named) : nullptr;
  if (live == nullptr) return refused(Failure{Code::signed_out});
  FrontendJson frontend(context.services.sessions, context.visitor.origin,
                        context.services.clock.now());
  return json(envelope(user_json(live->user), frontend.client(**view)));
}

}  // namespace tenens::http::routes::me
