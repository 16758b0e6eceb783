// audit list
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "cli/models.hpp"
#include "cli/moment.hpp"
#include "cli/program.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::AuditAction;
using clerk_backend_api::AuditEvent;
using clerk_backend_api::ListAuditEventsRequest;

std::optional<std::int64_t> moment(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto parsed = parse_moment(text);
  if (!parsed) {
    throw UsageError(text + " is no moment", "like 2026-05-12, or '2026-05-12 10:11:12Z'; UTC");
  }
  return parsed;
}

/// Which side asked for it. ACTOR and USER are whom it is about.
std::string_view asked_by(const AuditEvent& event) {
  constexpr std::array kOwn{AuditAction::database_recovered, AuditAction::secret_key_replaced,
                            AuditAction::signing_key_rotated, AuditAction::session_expired,
                            AuditAction::session_abandoned};
  const bool is_outcome = event.action.text().starts_with("outcome.");
  const auto act = is_outcome ? event.code.value_or("") : event.action.text();
  if (std::find(kOwn.begin(), kOwn.end(), act) != kOwn.end()) return "server";
  return event.key_id ? "back end" : "browser";
}

void list_audit_events(const Context& context, ListAuditEventsRequest request) {
  auto client = context.client();
  const auto page = list_by_people(context, client, client.audit_events, request);
  if (context.json) return context.print_json(to_page(page.data, page.total_count));
  Table table{"#",     "AT",      "ACTION",  "BY",     "ACTOR", "USER",
              "TOKEN", "SESSION", "ADDRESS", "REASON", "CODE"};
  for (const auto& event : page.data) {
    table.add({std::to_string(event.sequence), time_text(event.at), event.action.text(),
               asked_by(event), sub_of(event.actor), or_dash(event.user_id),
               or_dash(event.actor_token_id ? event.actor_token_id : event.sign_in_token_id),
               or_dash(event.session_id), event.address, or_dash(event.reason),
               or_dash(event.code)});
  }
  context.print(table);
  context.tell_rest(page.data.size(), page.total_count);
}

}  // namespace

void add_audit_event_commands(CLI::App& app, Context& context) {
  auto request = std::make_shared<ListAuditEventsRequest>();
  auto action = std::make_shared<std::string>();
  auto token = std::make_shared<std::string>();
  auto since = std::make_shared<std::string>();
  auto until = std::make_shared<std::string>();
  auto* audit =
      app.add_subcommand("audit", "Who did what on behalf of whom")->require_subcommand(1);
  auto* list = audit->add_subcommand("list", "List audit events, newest first");
  list->add_option("--actor", request->actor_sub,
                   "Only those of this actor, by id or email address");
  list->add_option("--user", request->user_id,
                   "Only those on behalf of this user, by id or email address");
  list->add_option("--token", *token, "Only those of this actor token or sign-in token");
  list->add_option("--session", request->session_id, "Only those of this session");
  list->add_option("--action", *action, "Such as actor_token.redeemed");
  list->add_option("--since", *since,
                   "Only those of that moment or later: 2026-05-12, '2026-05-12 10:11Z' (UTC)");
  list->add_option("--until", *until, "Only those before that moment");
  list->add_option("--limit", request->limit, "At most so many, 1 to 500 (10)");
  list->add_option("--offset", request->offset, "Leave out so many");
  list->callback([&context, request, action, token, since, until] {
    if (!action->empty()) request->action = std::string_view(*action);
    if (token->starts_with("sit_")) {
      request->sign_in_token_id = *token;
    } else if (!token->empty()) {
      request->actor_token_id = *token;
    }
    request->since = moment(*since);
    request->until = moment(*until);
    list_audit_events(context, *request);
  });
  add_audit_checkpoint_command(*audit, context);
}

}  // namespace tenens::cli
