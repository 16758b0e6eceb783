#include "cli/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "base/utf8.hpp"
#include "clerk_backend_api/version.hpp"

namespace tenens::cli {
namespace {

constexpr const char* kDescription =
    "Sign in on behalf of your users, and see who did.\n"
    "\n"
    "Talks to the tenensd at TENENS_URL with the secret key in CLERK_SECRET_KEY.";

constexpr const char* kFooter =
    "Examples:\n"
    "  tenens impersonate ada@example.com --as staff_7 --reason 'ticket 4711'\n"
    "      prints a link that signs you in as Ada, once, within the hour\n"
    "  tenens impersonate user_2b --as staff_7 --expires-in 10m --session 30m --json\n"
    "  tenens revoke act_2c                  the link must not be used any more\n"
    "  tenens end act_2c                     ... and the session it opened must end, too\n"
    "  tenens sessions list --actor staff_7  what staff_7 is signed in to\n"
    "  tenens sessions revoke sess_2d        one of these must end\n"
    "  tenens audit list --user user_2b      who acted on behalf of user_2b\n"
    "  tenens users import users.jsonl       one JSON user a line\n"
    "\n"
    "Environment:\n"
    "  TENENS_URL         where tenensd is; http://127.0.0.1:4400 if not set\n"
    "  TENENS_CA_FILE     PEM of the authority, or of the certificate itself, to trust instead of "
    "the\n"
    "                     system's, where tenensd has a certificate of your own\n"
    "  CLERK_SECRET_KEY   secret key of the instance, sk_test_... or sk_live_...\n"
    "\n"
    "Data goes to stdout, everything else to stderr; --json works with every command.\n"
    "\n"
    "Exit codes:\n"
    "  0  done\n"
    "  1  refused by the server, not there, or done in part\n"
    "  2  the command line or the environment is wrong; nothing was sent\n"
    "  3  the server is not reachable or not available; nothing is lost by trying again\n"
    "  4  in doubt: the answer got lost, it may have been done; look before you repeat it\n"
    "  130, 143  stopped by Ctrl-C, or by SIGTERM";

// Somebody is watching: better an error soon than a success late.
const clerk_backend_api::RetryConfig kImpatient{
    .backoff = {.initial_interval = std::chrono::milliseconds(200),
                .max_interval = std::chrono::milliseconds(1'000),
                .max_elapsed_time = std::chrono::milliseconds(2'000)}};

std::string server_url_of(std::string url) {
  const auto must = [&url](const std::string& do_so) {
    return UsageError("TENENS_URL must " + do_so + ", and is " + url,
                      "such as http://127.0.0.1:4400");
  };
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    throw must("begin with http:// or https://");
  }
  if (url.find_first_of("?# ") != std::string::npos) {
    throw must("have no query, no fragment and no space");
  }
  const auto host = url.find("//") + 2;
  if (host == url.size() || url[host] == '/') throw must("name a host");
  while (url.ends_with('/')) url.pop_back();
  return url.ends_with("/v1") ? url : url + "/v1";  // as the SDKs want it
}

/// A shell's unset variable must not ask for everybody.
bool is_empty(const std::string& argument) {
  return argument.empty() || (argument.starts_with("--") && argument.ends_with('='));
}

void insist_on_text(const std::vector<std::string>& arguments) {
  if (std::any_of(arguments.begin(), arguments.end(), is_empty)) {
    throw UsageError("an argument is empty", "a variable of the shell that is not set?");
  }
  // What follows `import` is a path, which may be any bytes.
  const auto path = std::find(arguments.begin(), arguments.end(), "import");
  if (!std::all_of(arguments.begin(), path, is_utf8)) {
    throw UsageError("an argument is not UTF-8");
  }
}

int parse_and_run(CLI::App& app, const std::vector<std::string>& arguments, Context& context) {
  auto& outside = context.outside;
  try {
    insist_on_text(arguments);
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    return context.exit_code;
  } catch (const CLI::RequiredError& error) {
    // A command that does not exist is one that was not named, to CLI11.
    const auto unknown = app.remaining(true);
    print_error(outside.err,
                unknown.empty() ? error.what() : "there is no command " + unknown.front());
    print_hint(outside.err, "tenens --help, or --help after a command, shows how");
    return kUsage;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return app.exit(error, outside.out, outside.err);  // --help, --version
    }
    print_error(outside.err, error.what());
    print_hint(outside.err, "tenens --help, or --help after a command, shows how");
    return kUsage;
  } catch (const UsageError& error) {
    print_error(outside.err, error.what());
    if (!error.hint().empty()) print_hint(outside.err, error.hint());
    return kUsage;
  } catch (const CallFailed& failed) {
    print_error(outside.err, failed.error(), failed.hint());
    const bool unanswered = failed.error().kind == clerk_backend_api::ErrorKind::unavailable &&
                            failed.error().http_status == 0;
    if (unanswered && !outside.proxy_variable.empty()) {
      print_hint(outside.err,
                 "requests go through the proxy in " + outside.proxy_variable + "; is it running?");
    }
    return exit_code_of(failed.error());
  }
}

auto users_with_address(clerk_backend_api::Clerk& client, const std::string& address) {
  return client.users.list({.email_address = {address}});
}

}  // namespace

clerk_backend_api::Clerk Context::client() const {
  if (outside.secret_key.empty()) {
    throw UsageError("CLERK_SECRET_KEY is not set",
                     "export CLERK_SECRET_KEY=sk_test_...; tenensd shows it at its first start");
  }
  if (!outside.ca_file.empty() && !open_file(outside.ca_file).is_open()) {
    throw UsageError("TENENS_CA_FILE cannot be read: " + outside.ca_file);
  }
  return clerk_backend_api::Clerk({.bearer_auth = outside.secret_key,
                                   .server_url = server_url_of(outside.url),
                                   .retries = kImpatient,
                                   .server_honours_idempotency_key = true,  // tenensd does
                                   .ca_file = outside.ca_file,
                                   .transport = outside.transport});
}

void Context::print_json(const clerk_backend_api::Object& object) const {
  outside.out << clerk_backend_api::to_json(object) << '\n';
}

void Context::print(const Table& table) const {
  table.print(outside.out, outside.out_columns);
}

void Context::tell(const std::string& line) const {
  outside.err << printable(line) << '\n';
}

void Context::tell_rest(std::size_t shown, std::int64_t total) const {
  if (std::cmp_equal(shown, total)) return;
  tell(std::to_string(shown) + " of " + std::to_string(total) +
       "; --limit and --offset show others");
}

std::ifstream open_file(const std::string& path) {
  std::ifstream file;
  std::error_code unknown;
  // A directory could be opened, but not read.
  if (!std::filesystem::is_directory(path, unknown)) file.open(path, std::ios::binary);
  return file;
}

bool is_address(const std::string& person) {
  return person.find('@') != std::string::npos;
}

std::string resolve_user(clerk_backend_api::Clerk& client, const std::string& user,
                         const std::string& hint) {
  if (!is_address(user)) return user;
  const auto found = must(users_with_address(client, user));
  if (found.size() == 1) return found.front().id;
  throw CallFailed({.kind = clerk_backend_api::ErrorKind::not_found,
                    .http_status = 404,
                    .message = (found.empty() ? "no user has the email address "
                                              : "several users have the email address ") +
                               user},
                   found.empty() ? hint : std::string());
}

clerk_backend_api::Result<std::optional<std::string>> user_with_address(
    clerk_backend_api::Clerk& client, const std::string& address) {
  const auto found = users_with_address(client, address);
  if (!found) return found.error();
  return found->size() == 1 ? std::optional(found->front().id) : std::nullopt;
}

int run(const std::vector<std::string>& arguments, Surroundings& outside) {
  Context context{.outside = outside};
  CLI::App app(kDescription, "tenens");
  app.footer(kFooter);
  app.set_version_flag("--version", "tenens " + std::string(clerk_backend_api::kLibraryVersion));
  app.require_subcommand(1);
  app.fallthrough();  // inherited: --json may stand behind the command, too
  app.add_flag("--json", context.json, "Print all of it, as JSON");
  add_actor_token_commands(app, context);
  add_session_commands(app, context);
  add_audit_event_commands(app, context);
  add_user_commands(app, context);
  const int exit_code = parse_and_run(app, arguments, context);
  if (outside.out.flush()) return exit_code;
  // What it says may have been done; nobody can read it.
  print_error(outside.err, "the output could not be written");
  return exit_code > kInterrupted ? exit_code : kRefused;
}

}  // namespace tenens::cli
