// audit list
#include <CLI/CLI.hpp>

#include "cli/models.hpp"
#include "cli/program.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::AuditEvent;
using clerk_backend_api::ListAuditEventsRequest;

std::string actor_of_event(const AuditEvent& event) {
  const auto* sub = event.actor ? event.actor->find("sub") : nullptr;
  const auto* text = sub == nullptr ? nullptr : sub->if_string();
  return text == nullptr ? "-" : *text;
}

void list_audit_events(const Context& context, ListAuditEventsRequest request) {
  auto client = context.client();
  if (request.user_id) request.user_id = resolve_user(client, *request.user_id);
  const auto page = must(client.audit_events.list(request));
  if (context.json) return context.print_json(to_page(page.data, page.total_count));
  Table table{"#",     "AT",      "ACTION",  "ACTOR",  "USER",
              "TOKEN", "SESSION", "ADDRESS", "REASON", "CODE"};
  for (const auto& event : page.data) {
    table.add({std::to_string(event.sequence), time_text(event.at), event.action.text(),
               actor_of_event(event), or_dash(event.user_id), or_dash(event.actor_token_id),
               or_dash(event.session_id), event.address, or_dash(event.reason),
               or_dash(event.code)});
  }
  table.print(context.outside.out);
}

}  // namespace

void add_audit_event_commands(CLI::App& app, Context& context) {
  auto request = std::make_shared<ListAuditEventsRequest>();
  auto action = std::make_shared<std::string>();
  auto* audit =
      app.add_subcommand("audit", "Who did what on behalf of whom")->require_subcommand(1);
  auto* list = audit->add_subcommand("list", "List audit events, newest first");
  list->add_option("--actor", request->actor_sub, "Only those of this actor");
  list->add_option("--user", request->user_id,
                   "Only those on behalf of this user, by id or email address");
  list->add_option("--token", request->actor_token_id, "Only those of this actor token");
  list->add_option("--session", request->session_id, "Only those of this session");
  list->add_option("--action", *action, "Such as actor_token.redeemed");
  list->add_option("--limit", request->limit, "At most so many, 1 to 500 (10)");
  list->add_option("--offset", request->offset, "Leave out so many");
  list->callback([&context, request, action] {
    if (!action->empty()) request->action = std::string_view(*action);
    list_audit_events(context, *request);
  });
  add_audit_checkpoint_command(*audit, context);
}

}  // namespace tenens::cli
