// The page behind a link: who would act as whom, and one button. Looking at it changes nothing,
// because mail scanners and previews look, too. Some run scripts: before an application's sign-in
// page, which redeems by itself, it stands with --confirm-links.
#include "base/percent_encode.hpp"
#include "http/client_cookies.hpp"
#include "http/form_guard.hpp"
#include "http/frontend_json.hpp"
#include "http/limits.hpp"
#include "http/page.hpp"
#include "http/read_body.hpp"
#include "http/redeem_nonce.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::tickets {
namespace {

Result<Secret> ticket_of(const Params& params) {
  const auto* ticket = params.find("ticket");
  if (ticket == nullptr) return refuse(Code::param_missing, "ticket");
  if (params.count("ticket") != 1 || ticket->empty() || ticket->size() > kMaxTicketBytes) {
    return refuse(Code::ticket_invalid);
  }
  return Secret(*ticket);
}

/// The application's sign-in page redeems the ticket itself.
Reply to_application(const std::string& app_url, const Secret& ticket) {
  return see_other(app_url + "/sign-in?__clerk_ticket=" + percent_encode(ticket.expose()) +
                   "&__clerk_status=sign_in");
}

/// Clerk's sign-in components do nothing for somebody who is signed in, and do not say so: then the
/// ticket is redeemed here, once the page has said what becomes of that session.
bool redeems_here(const Context& context, const TicketPreview& preview) {
  return !context.site.options().app_url ||
         (preview.own_user && context.services.settings.single_session);
}

/// Whose session the page has to speak of, because its button ends it; empty: nobody's.
std::string announced_user(const Context& context, const TicketPreview& preview) {
  return preview.own_user && redeems_here(context, preview) ? preview.own_user->id.text : "";
}

std::string_view fate_of_own(const Settings& settings) {
  if (!settings.restore_session) return "That session ends when you press the button.";
  return settings.single_session
             ? "That session is set aside, and comes back when this one ends."
             : "That session is set aside, and comes back when this one ends. Others in this "
               "browser end.";
}

Reply confirmation(const Context& context, const TicketPreview& preview, const Secret& ticket) {
  const auto& [grant, subject, acting_user, own_user] = preview;
  const auto own_user_id = announced_user(context, preview);
  const auto now = context.services.clock.now();
  const auto csrf = form_token(context);
  const auto who = display_name(subject);
  const auto actor_sub = grant.actor ? grant.actor->sub : std::string();
  const auto actor = grant.actor ? display_name(*grant.actor, acting_user) : std::string();
  auto reply = html_page(
      200, grant.actor ? "accept.html" : "sign_in.html",
      {{"title", (grant.actor ? "Act as " : "Sign in as ") + who},
       {"user", who},
       {"user_identifier", identifier_of(subject)},
       {"user_id", subject.id.text},
       {"actor", actor},
       {"actor_id", actor == actor_sub ? "" : actor_sub},
       {"own_user", own_user_id.empty() ? "" : display_name(*own_user)},
       {"own_user_id", own_user_id},
       {"own_fate", std::string(fate_of_own(context.services.settings))},
       {"reason", grant.reason.value_or("")},
       {"expires_at", to_utc_text(grant.expires_at)},
       {"expires_in", to_duration_text(std::chrono::floor<seconds>(grant.expires_at - now))},
       {"session_lasts", to_duration_text(grant.session_life)},
       {"idle_limit", to_idle_text(grant.idle_limit, grant.session_life)},
       {"ticket", std::string(ticket.expose())},
       {"redeem_nonce", new_redeem_nonce(context.services.random)},
       {"csrf", csrf.value}},
      context.site, context.site.app_origin());
  reply.headers.add("Set-Cookie", csrf.set_cookie);
  return reply;
}

}  // namespace

Answer show(const Context& context) {
  const auto ticket = ticket_of(context.request.query);
  if (!ticket) return refused(ticket.error());
  const auto preview = context.services.sign_ins.preview(context.visitor, *ticket);
  if (!preview) return refused(preview.error());

  const auto& options = context.site.options();
  if (options.app_url && !options.confirm_links && !redeems_here(context, *preview)) {
    return to_application(*options.app_url, *ticket);
  }
  return confirmation(context, *preview, *ticket);
}

Answer accept(const Context& context) {
  const auto form = read_form(context.request);
  if (!form) return refused(form.error());
  if (const auto ours = check_form(context, *form); !ours) return refused(ours.error());
  const auto ticket = ticket_of(*form);
  if (!ticket) return refused(ticket.error());
  const auto preview = context.services.sign_ins.preview(context.visitor, *ticket);
  const auto& app_url = context.site.options().app_url;
  if (preview) {
    if (!redeems_here(context, *preview)) return to_application(*app_url, *ticket);
    // Signed in since the page was made: it has not said what would become of that session.
    const auto* announced = form->find("own_user_id");
    const auto now = announced_user(context, *preview);
    if ((announced == nullptr ? "" : *announced) != now) {
      return confirmation(context, *preview, *ticket);
    }
  } else if (preview.error().code == Code::unavailable) {
    return refused(preview.error());
  }
  // What else may not be redeemed is refused there, and recorded; but to whom the answer got lost.
  const auto nonce = read_redeem_nonce(*form);
  if (!nonce) return refused(nonce.error());
  const auto signed_in = context.services.sign_ins.redeem(context.visitor, *ticket, *nonce);
  if (!signed_in) return refused(signed_in.error());

  // By a page of ours: browsers hold the form's whole chain of redirects against its form-action.
  auto reply = see_other(context.site.address_of(std::string("/v1/tickets/session") +
                                                 (app_url ? "?continue=application" : "")));
  add_client_cookies(reply, context, *signed_in);
  if (app_url) tell_application(reply, context, *signed_in);
  return reply;
}

}  // namespace tenens::http::routes::tickets
