// sessions list, sessions revoke
#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/models.hpp"
#include "cli/program.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::ListSessionsRequest;
using clerk_backend_api::Session;
using clerk_backend_api::SessionStatus;

/// When it ended; of one that is active, when it will at the latest.
std::int64_t end_of(const Session& session) {
  const auto& status = session.status.text();
  if (status == SessionStatus::active || status == SessionStatus::expired) return session.expire_at;
  return status == SessionStatus::abandoned ? session.abandon_at : session.updated_at;
}

void list_sessions(const Context& context, ListSessionsRequest request) {
  if (!request.user_id && !request.actor_sub) {
    throw UsageError("sessions of whom? Name --user, or --actor",
                     "tenens audit list shows who acted as whom lately");
  }
  auto client = context.client();
  const auto page = list_by_people(context, client, client.sessions, request);
  if (context.json) return context.print_json(to_page(page.data, page.total_count));
  Table table{"ID", "STATUS", "USER", "ACTOR", "CREATED", "LAST ACTIVE", "ENDS"};
  for (const auto& session : page.data) {
    table.add({session.id, session.status.text(), session.user_id, sub_of(session.actor),
               time_text(session.created_at), time_text(session.last_active_at),
               time_text(end_of(session))});
  }
  context.print(table);
  context.tell_rest(page.data.size(), page.total_count);
}

void revoke_session(const Context& context, const std::string& id) {
  const auto session = must(context.client().sessions.revoke(id));
  if (context.json) return context.print_json(to_object(session));
  context.outside.out << printable(session.id) << ' ' << printable(session.status.text()) << '\n';
}

}  // namespace

void add_session_commands(CLI::App& app, Context& context) {
  auto* sessions = app.add_subcommand("sessions", "Sessions")->require_subcommand(1);

  auto request = std::make_shared<ListSessionsRequest>();
  auto status = std::make_shared<std::string>();
  auto* list =
      sessions->add_subcommand("list", "List sessions of a user or an actor, newest first");
  list->add_option("--actor", request->actor_sub,
                   "Only those in which this actor acts, by id or email address");
  list->add_option("--user", request->user_id, "Only those of this user, by id or email address");
  list->add_option("--status", *status,
                   "active, revoked, ended, expired, removed, abandoned or replaced");
  list->add_option("--limit", request->limit, "At most so many, 1 to 500 (10)");
  list->add_option("--offset", request->offset, "Leave out so many");
  list->callback([&context, request, status] {
    if (!status->empty()) request->status = std::string_view(*status);
    list_sessions(context, *request);
  });

  auto id = std::make_shared<std::string>();
  auto* revoke = sessions->add_subcommand("revoke", "Sign a session out");
  revoke->add_option("ID", *id, "The session's id, sess_...")->required();
  revoke->callback([&context, id] { revoke_session(context, *id); });
}

}  // namespace tenens::cli
