#include "http/client_cookies.hpp"
#include "http/frontend_json.hpp"
#include "http/limits.hpp"
#include "http/read_body.hpp"
#include "http/redeem_nonce.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::sign_ins {
namespace {

/// Unknown fields are ignored: clerk-js sends some that no specification has.
Result<Secret> read_ticket(const Params& form) {
  const auto field = [&](std::string_view name) {
    const auto* value = form.find(name);
    return value == nullptr ? std::string() : *value;
  };
  const auto strategy = field("strategy");
  auto ticket = field("ticket");
  // Some versions of clerk-js send a ticket without saying that it is one.
  if (strategy.empty() && ticket.empty()) return refuse(Code::param_missing, "strategy");
  if (!strategy.empty() && strategy != "ticket") {
    return refuse(Code::strategy_unsupported, strategy);
  }
  if (ticket.empty()) return refuse(Code::param_missing, "ticket");
  if (ticket.size() > kMaxTicketBytes) return refuse(Code::ticket_invalid);
  return Secret(std::move(ticket));
}

}  // namespace

Answer create(const Context& context) {
  const auto form = read_form(context.request);
  if (!form) return refused(form.error());
  const auto ticket = read_ticket(*form);
  if (!ticket) return refused(ticket.error());
  const auto nonce = read_redeem_nonce(*form);
  if (!nonce) return refused(nonce.error());
  const auto signed_in = context.services.sign_ins.redeem(context.visitor, *ticket, *nonce);
  if (!signed_in) return refused(signed_in.error());

  FrontendJson frontend(context);
  auto reply = json(envelope(frontend.sign_in(*signed_in), frontend.client(signed_in->view)));
  add_client_cookies(reply, context, *signed_in);
  return reply;
}

}  // namespace tenens::http::routes::sign_ins
