// users create, list, ban, unban, delete
#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/models.hpp"
#include "cli/program.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::CreateUserRequestBody;
using clerk_backend_api::ListUsersRequest;
using clerk_backend_api::Object;
using clerk_backend_api::User;

std::string email_of(const User& user) {
  for (const auto& email : user.email_addresses) {
    if (email.id == user.primary_email_address_id) return email.email_address;
  }
  return user.email_addresses.empty() ? "-" : user.email_addresses.front().email_address;
}

std::string name_of(const User& user) {
  auto name = user.first_name.value_or("");
  if (user.last_name && !name.empty()) name += ' ';
  name += user.last_name.value_or("");
  return name.empty() ? "-" : name;
}

void print_user(const Context& context, const User& user, std::string_view what = "") {
  if (context.json) return context.print_json(to_object(user));
  context.outside.out << printable(user.id) << what << '\n';
}

void print_standing(const Context& context, const User& user) {
  print_user(context, user, user.banned ? " banned" : " not banned");
}

struct Metadata {
  std::string public_json;
  std::string private_json;
  std::string unsafe_json;
};

std::optional<Object> metadata_of(const std::string& option, const std::string& json) {
  if (json.empty()) return std::nullopt;
  const auto value = clerk_backend_api::parse_json(json);
  if (!value || value->if_object() == nullptr) {
    throw UsageError(option + ": not a JSON object", "write " + option + R"( '{"plan":"pro"}')");
  }
  return *value->if_object();
}

void list_users(const Context& context, const ListUsersRequest& request) {
  auto client = context.client();
  const auto users = must(client.users.list(request));
  if (context.json) {
    return context.print_json(to_page(users, must(client.users.count(request))));
  }
  Table table{"ID", "EMAIL", "NAME", "USERNAME", "EXTERNAL ID", "CREATED", "BANNED"};
  for (const auto& user : users) {
    table.add({user.id, email_of(user), name_of(user), or_dash(user.username),
               or_dash(user.external_id), time_text(user.created_at), user.banned ? "yes" : "-"});
  }
  context.print(table);
  // The list does not say whether it is all there is; a page that is not full is the last one.
  const bool may_be_cut = request.offset || std::cmp_equal(users.size(), *request.limit);
  if (may_be_cut) context.tell_rest(users.size(), must(client.users.count(request)));
}

void delete_user(const Context& context, const std::string& user) {
  auto client = context.client();
  const auto deleted = must(client.users.delete_user(resolve_user(client, user)));
  if (context.json) {
    return context.print_json({{"id", deleted.id}, {"deleted", deleted.deleted}});
  }
  context.outside.out << printable(deleted.id) << " deleted\n";
}

void add_create(CLI::App& users, Context& context) {
  auto request = std::make_shared<CreateUserRequestBody>();
  auto metadata = std::make_shared<Metadata>();
  auto* command = users.add_subcommand("create", "Create a user; prints the id");
  command->add_option("--email", request->email_address, "May be given more than once")
      ->allow_extra_args(false);
  command->add_option("--username", request->username);
  command->add_option("--first-name", request->first_name);
  command->add_option("--last-name", request->last_name);
  command->add_option("--external-id", request->external_id, "The user's id in your own system");
  command->add_option("--public-metadata", metadata->public_json, "A JSON object");
  command->add_option("--private-metadata", metadata->private_json, "A JSON object");
  command->add_option("--unsafe-metadata", metadata->unsafe_json, "A JSON object");
  command->callback([&context, request, metadata, command] {
    const auto given =
        command->get_options([](const CLI::Option* option) { return option->count() > 0; });
    if (given.empty()) {
      throw UsageError("nothing is said about the user",
                       "any option of --help does, such as --email");
    }
    request->public_metadata = metadata_of("--public-metadata", metadata->public_json);
    request->private_metadata = metadata_of("--private-metadata", metadata->private_json);
    request->unsafe_metadata = metadata_of("--unsafe-metadata", metadata->unsafe_json);
    print_user(context, must(context.client().users.create(*request)));
  });
}

void add_list(CLI::App& users, Context& context) {
  auto request = std::make_shared<ListUsersRequest>();
  request->limit = 10;  // asked for, so that we know what a full page is, whatever the server's is
  auto* command = users.add_subcommand("list", "List users, newest first");
  command->add_option("--email", request->email_address, "Exactly this address; repeatable")
      ->allow_extra_args(false);
  command->add_option("--query", request->query, "Part of an id, address, username or name");
  command->add_option("--limit", request->limit, "At most so many, 1 to 500 (10)");
  command->add_option("--offset", request->offset, "Leave out so many");
  command->callback([&context, request] { list_users(context, *request); });
}

void add_actions(CLI::App& users, Context& context) {
  auto user = std::make_shared<std::string>();
  auto* ban = users.add_subcommand("ban", "No sign-in and no impersonation any more");
  ban->add_option("USER", *user, "The user's id or email address")->required();
  ban->callback([&context, user] {
    auto client = context.client();
    print_standing(context, must(client.users.ban(resolve_user(client, *user))));
  });

  auto* unban = users.add_subcommand("unban", "Undo a ban");
  unban->add_option("USER", *user, "The user's id or email address")->required();
  unban->callback([&context, user] {
    auto client = context.client();
    print_standing(context, must(client.users.unban(resolve_user(client, *user))));
  });

  auto* remove = users.add_subcommand("delete", "Delete a user and end all sessions");
  remove->add_option("USER", *user, "The user's id or email address")->required();
  remove->callback([&context, user] { delete_user(context, *user); });
}

}  // namespace

void add_user_commands(CLI::App& app, Context& context) {
  auto* users = app.add_subcommand("users", "Users")->require_subcommand(1);
  add_create(*users, context);
  add_list(*users, context);
  add_user_import_command(*users, context);
  add_actions(*users, context);
}

}  // namespace tenens::cli
