// The session that a link has opened, for people who have no application beside this server.
#include <algorithm>

#include "base/base64url.hpp"
#include "core/session_rules.hpp"
#include "http/client_cookies.hpp"
#include "http/form_guard.hpp"
#include "http/frontend_json.hpp"
#include "http/page.hpp"
#include "http/read_body.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::ticket_session {
namespace {

/// The one that acts for somebody, if there is one; it is what this page is about.
const LiveSession* pick(const std::optional<ClientView>& view) {
  if (!view || view->sessions.empty()) return nullptr;
  for (const auto& live : view->sessions) {
    if (live.session.actor) return &live;
  }
  return &view->sessions.front();
}

std::string actor_name(const Context& context, const Session& session) {
  if (!session.actor) return {};
  const Caller reader{.instance_id = session.instance_id, .key_id = {}, .address = {}};
  const auto user = context.services.users.find(reader, UserId{session.actor->sub});
  return display_name(*session.actor, user ? std::optional(*user) : std::nullopt);
}

/// The claims of a JWT of ours, for reading.
std::string claims_of(std::string_view jwt) {
  const auto first = jwt.find('.');
  const auto second = jwt.find('.', first + 1);
  const auto payload = parse_base64url(jwt.substr(first + 1, second - first - 1));
  const auto claims = clerk_backend_api::parse_json(payload.value_or(""));
  return claims ? to_indented_json(*claims) : std::string();
}

std::optional<SessionId> shown_session(const Params& form) {
  const auto* id = form.find("session_id");
  const bool is_id = id != nullptr && std::all_of(id->begin(), id->end(), is_printable);
  return is_id ? std::optional(SessionId{*id}) : std::nullopt;
}

/// There is nothing left to end for this browser: that is what was asked for.
bool is_over_for(const Failure& failure) {
  return failure.code == Code::invalid_session_action || failure.code == Code::signed_out ||
         failure.code == Code::session_not_found || failure.code == Code::session_not_of_client;
}

Reply signed_out(const Context& context) {
  return html_page(200, "signed_out.html", {{"title", "No session"}}, context.site);
}

Reply describe(const Context& context, const LiveSession& live) {
  const auto& [session, user] = live;
  const auto now = context.services.clock.now();
  const auto left = std::chrono::floor<seconds>(abandon_at(session) - now);
  const auto csrf = form_token(context);
  const auto who = display_name(user);
  const auto actor = actor_name(context, session);
  const auto jwt = context.services.sessions.jwt(session, context.site.public_origin());
  auto reply = html_page(
      200, session.actor ? "session.html" : "own_session.html",
      {{"title", (session.actor ? "Acting as " : "Signed in as ") + who},
       {"user", who},
       {"user_identifier", identifier_of(user)},
       {"user_id", user.id.text},
       {"actor", actor},
       {"actor_id", session.actor && actor != session.actor->sub ? session.actor->sub : ""},
       {"session_id", session.id.text},
       {"since", to_utc_text(session.created_at)},
       {"until", to_utc_text(session.expire_at)},
       {"left", to_duration_text(left)},
       {"idle_limit", to_idle_text(session.idle_limit, session.expire_at - session.created_at)},
       {"claims", claims_of(jwt)},
       {"csrf", csrf.value}},
      context.site);
  reply.headers.add("Set-Cookie", csrf.set_cookie);
  // It must not say that a session is active which has run out meanwhile.
  const auto& app_url = context.site.options().app_url;
  const bool goes_on = app_url && context.request.query.find("continue") != nullptr;
  reply.headers.add("Refresh",
                    goes_on ? "0; url=" + *app_url + "/" : std::to_string(left.count() + 1));
  return reply;
}

}  // namespace

Answer show(const Context& context) {
  const auto view = context.services.sessions.client(context.visitor);
  if (!view) return refused(view.error());
  const auto* live = pick(*view);
  return live == nullptr ? signed_out(context) : describe(context, *live);
}

Answer end(const Context& context) {
  const auto form = read_form(context.request);
  if (!form) return refused(form.error());
  if (const auto ours = check_form(context, *form); !ours) return refused(ours.error());

  // The one that the page has shown and no other: by now another may be in front.
  const auto id = shown_session(*form);
  if (id) {
    const auto closed = context.services.sessions.close(context.visitor, *id, SessionState::ended);
    if (!closed && !is_over_for(closed.error())) return refused(closed.error());
  }
  const auto view = context.services.sessions.client(context.visitor);
  if (!view) return refused(view.error());
  auto reply = see_other(context.site.address_of("/v1/tickets/session"));
  add_uat_cookies(reply, context, *view);
  return reply;
}

}  // namespace tenens::http::routes::ticket_session
