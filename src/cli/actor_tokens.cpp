// impersonate, revoke, end, tokens list
#include <CLI/CLI.hpp>
#include <ostream>

#include "base/duration.hpp"
#include "cli/models.hpp"
#include "cli/program.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::ActorToken;
using clerk_backend_api::ErrorKind;
using clerk_backend_api::Object;

// tenensd's. One that is much longer it would call a request that is too large.
constexpr std::size_t kMaxReasonBytes = 1024;

struct Impersonation {
  std::string user;
  std::string actor_sub;
  std::string actor_json;
  std::string expires_in;
  std::string session;
  std::string reason;
};

std::optional<std::int64_t> seconds_of(const std::string& option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto duration = parse_duration(text);
  if (!duration) {
    throw UsageError(option + ": '" + text + "' is not a duration",
                     "write 90s, 10m, 1h30m, 2d, or a number of seconds");
  }
  if (*duration > kLongestDuration) {
    throw UsageError(option + ": '" + text + "' is too long", "a hundred years are the most");
  }
  return duration->count();
}

// So long a note may keep the one who waits for this program to end.
constexpr std::chrono::seconds kForANote{2};

bool is_white_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// A user's address stands for the user, whom a ban and the policy know by id alone.
std::string sub_for(clerk_backend_api::Clerk& client, const std::string& as) {
  return is_address(as) ? must(user_with_address(client, as)).value_or(as) : as;
}

/// Anything may act, but what looks like a user and is none was mistyped, or outlived its user.
/// Said once the server took it: it refuses some of these. The token stands, whatever fails here.
void tell_who_acts(const Context& context, clerk_backend_api::Clerk& client, const std::string& as,
                   const std::string& sub) {
  constexpr auto kNobody = ": the audit will name it as written, and no ban reaches it";
  if (sub != as) return context.tell("note: " + as + " is " + sub);
  if (is_address(as)) return context.tell("note: no user has the address " + as + kNobody);
  if (!as.starts_with("user_")) return;
  context.outside.out.flush();  // the link waits for no second answer
  const auto user = client.users.get(as, {.timeout = kForANote});
  if (!user && user.error().kind == ErrorKind::not_found) {
    context.tell("note: no user has the id " + as + kNobody);
  }
}

/// What `--actor-json` says. Without a `sub` in it, which is taken as it is written, `--as` names
/// the actor.
Object actor_of(const Impersonation& wanted) {
  Object actor;
  if (!wanted.actor_json.empty()) {
    const auto value = clerk_backend_api::parse_json(wanted.actor_json);
    if (!value || value->if_object() == nullptr) {
      throw UsageError("--actor-json: not a JSON object",
                       R"(write --actor-json '{"sub":"staff_7","team":"support"}')");
    }
    actor = *value->if_object();
  }
  const auto& as = wanted.actor_sub;
  if (!as.empty() && (is_white_space(as.front()) || is_white_space(as.back()))) {
    throw UsageError("--as: '" + as + "' begins or ends with white space");
  }
  if (const auto* sub = actor.find("sub"); sub != nullptr) {
    if (as.empty() || *sub == clerk_backend_api::Value(as)) return actor;
    throw UsageError("--as and the sub in --actor-json name two different actors");
  }
  if (as.empty()) throw UsageError("--as is required", "say who acts: --as staff_7");
  return actor;
}

void print_link(Context& context, const ActorToken& token) {
  if (context.json) return context.print_json(to_object(token));
  if (token.url) {
    context.outside.out << printable(token.url->expose()) << '\n';
    print_hint(context.outside.err, "it signs in whoever opens it first; tenens end " +
                                        printable(token.id) + " ends it");
  } else {
    print_error(context.outside.err, "the server sent no link for " + token.id);
    context.exit_code = kRefused;
  }
}

void impersonate(Context& context, const Impersonation& wanted) {
  clerk_backend_api::CreateActorTokenRequestBody request;
  request.expires_in_seconds = seconds_of("--expires-in", wanted.expires_in);
  request.session_max_duration_in_seconds = seconds_of("--session", wanted.session);
  if (wanted.reason.size() > kMaxReasonBytes) {
    throw UsageError("--reason: longer than 1,024 bytes");
  }
  if (!wanted.reason.empty()) request.reason = wanted.reason;

  auto client = context.client();
  request.actor = actor_of(wanted);
  const bool named_by_as = request.actor.find("sub") == nullptr;
  const auto sub = named_by_as ? sub_for(client, wanted.actor_sub) : std::string();
  if (named_by_as) request.actor.set("sub", sub);
  request.user_id = resolve_user(client, wanted.user);
  print_link(context, must(client.actor_tokens.create_actor_token(request)));
  if (named_by_as) tell_who_acts(context, client, wanted.actor_sub, sub);
}

/// The status alone would not say what became of an accepted token's session: `outcome` does.
void print_one(const Context& context, const ActorToken& token, const std::string& outcome = "") {
  if (context.json) return context.print_json(to_object(token));
  context.outside.out << printable(token.id + ' ' + token.status.text() + outcome) << '\n';
}

void list(const Context& context, clerk_backend_api::ListActorTokensRequest request) {
  auto client = context.client();
  const auto page = list_by_people(context, client, client.actor_tokens, request);
  if (context.json) return context.print_json(to_page(page.data, page.total_count));
  Table table{"ID", "STATUS", "USER", "ACTOR", "CREATED", "EXPIRES", "SESSION", "REASON"};
  for (const auto& token : page.data) {
    table.add({token.id, token.status.text(), token.user_id, sub_of(token.actor),
               time_text(token.created_at), token.expires_at ? time_text(*token.expires_at) : "-",
               or_dash(token.session_id), or_dash(token.reason)});
  }
  context.print(table);
  context.tell_rest(page.data.size(), page.total_count);
}

void add_impersonate(CLI::App& app, Context& context) {
  auto wanted = std::make_shared<Impersonation>();
  auto* command = app.add_subcommand("impersonate", "Make a link that signs in as a user, once");
  command->add_option("USER", wanted->user, "The user's id or email address")->required();
  command->add_option("--as", wanted->actor_sub,
                      "Who acts: your own id, kept on all records; the email address of a user of "
                      "this instance becomes that user's id");
  command->add_option("--expires-in", wanted->expires_in, "Life of the link, such as 10m (1h)");
  command->add_option("--session", wanted->session, "Life of the session it opens (30m)");
  command->add_option("--reason", wanted->reason, "Why, for the audit record; at most 1,024 bytes");
  command->add_option("--actor-json", wanted->actor_json,
                      "More about the actor, as a JSON object; becomes the act claim. A sub in it "
                      "stays as it is written");
  command->callback([&context, wanted] { impersonate(context, *wanted); });
}

/// Who acts has the id of a session at hand, too; the server would only say that it is not there.
const std::string& actor_token_id(const std::string& id) {
  if (!id.starts_with("sess_")) return id;
  throw UsageError(id + " is a session, not an actor token",
                   "tenens sessions revoke " + printable(id));
}

void add_revoke_and_end(CLI::App& app, Context& context) {
  auto id = std::make_shared<std::string>();
  auto* revoke = app.add_subcommand(
      "revoke", "Revoke a pending actor token; does not end a session it has already opened");
  revoke->add_option("ID", *id, "The actor token's id, act_...")->required();
  revoke->callback([&context, id] {
    print_one(context, must(context.client().actor_tokens.revoke_actor_token(actor_token_id(*id))));
  });

  auto* end = app.add_subcommand("end", "Revoke an actor token and end the session it opened");
  end->add_option("ID", *id, "The actor token's id, act_...")->required();
  end->callback([&context, id] {
    const auto token = must(context.client().actor_tokens.end(actor_token_id(*id)));
    print_one(context, token,
              token.session_id ? ", session " + *token.session_id + " ended" : std::string());
  });
}

}  // namespace

void add_actor_token_commands(CLI::App& app, Context& context) {
  add_impersonate(app, context);
  add_revoke_and_end(app, context);

  auto request = std::make_shared<clerk_backend_api::ListActorTokensRequest>();
  auto status = std::make_shared<std::string>();
  auto* tokens = app.add_subcommand("tokens", "Actor tokens")->require_subcommand(1);
  auto* command = tokens->add_subcommand("list", "List actor tokens, newest first");
  command->add_option("--user", request->user_id,
                      "Only those for this user, by id or email address");
  command->add_option("--actor", request->actor_sub,
                      "Only those of this actor, by id or email address");
  command->add_option("--status", *status, "pending, accepted or revoked");
  command->add_option("--limit", request->limit, "At most so many, 1 to 500 (10)");
  command->add_option("--offset", request->offset, "Leave out so many");
  command->callback([&context, request, status] {
    if (!status->empty()) request->status = std::string_view(*status);
    list(context, *request);
  });
}

}  // namespace tenens::cli
