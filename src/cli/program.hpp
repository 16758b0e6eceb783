// The program: what it needs from outside, and what its commands share.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "clerk_backend_api/clerk.hpp"
#include "cli/output.hpp"

namespace CLI {
class App;
}

namespace tenens::cli {

/// Everything outside, so that a test can be the outside.
struct Surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_file = false;  ///< a regular one, in which no read waits
  bool err_is_terminal = false;
  std::size_t out_columns = 0;           ///< 0: `out` is no terminal
  std::string url;                       ///< TENENS_URL
  std::string ca_file = {};              ///< TENENS_CA_FILE
  std::string proxy_variable = {};       ///< the one that sends requests to `url` through a proxy
  clerk_backend_api::Secret secret_key;  ///< CLERK_SECRET_KEY
  std::shared_ptr<clerk_backend_api::Transport> transport = {};  ///< the network, if empty
  std::function<void(std::chrono::milliseconds)> sleep = {};
};

/// Runs one command; `arguments` without the program's name. Gives the exit code.
[[nodiscard]] int run(const std::vector<std::string>& arguments, Surroundings& outside);

/// The command line or the environment is wrong; nothing was sent.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  std::string hint_;
};

/// The server said no, or nothing; ends the command with the error's exit code.
class CallFailed : public std::runtime_error {
 public:
  /// `hint`: instead of what the error's kind suggests.
  explicit CallFailed(clerk_backend_api::Error error, std::string hint = {})
      : std::runtime_error(error.message), error_(std::move(error)), hint_(std::move(hint)) {}
  [[nodiscard]] const clerk_backend_api::Error& error() const noexcept { return error_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  clerk_backend_api::Error error_;
  std::string hint_;
};

/// What a command works with.
struct Context {
  Surroundings& outside;
  bool json = false;
  int exit_code = kOk;

  /// Throws UsageError if there is no secret key.
  [[nodiscard]] clerk_backend_api::Clerk client() const;
  void print_json(const clerk_backend_api::Object& object) const;
  void print(const Table& table) const;
  /// A line beside the data.
  void tell(const std::string& line) const;
  /// Says so, beside the table, if it is not all there is.
  void tell_rest(std::size_t shown, std::int64_t total) const;
};

/// Not open if it cannot be read.
[[nodiscard]] std::ifstream open_file(const std::string& path);

template <class T>
[[nodiscard]] T must(clerk_backend_api::Result<T> result) {
  if (!result) throw CallFailed(result.error());
  return *std::move(result);
}

/// Not an id, and not what else may be a `sub`.
[[nodiscard]] bool is_address(const std::string& person);

/// A user's id as it is, or the id of the one user who has that email address.
/// `hint`: for whoever names an address that nobody has.
[[nodiscard]] std::string resolve_user(clerk_backend_api::Clerk& client, const std::string& user,
                                       const std::string& hint = {});

/// The id of the one user who has that email address, if somebody has it.
[[nodiscard]] clerk_backend_api::Result<std::optional<std::string>> user_with_address(
    clerk_backend_api::Clerk& client, const std::string& address);

/// A page of what `request` asks for, whose `user_id` and `actor_sub` may be the email addresses of
/// users: people act under their id, or under the address itself where that is the `sub` of a
/// token.
template <class Resource, class Request>
[[nodiscard]] auto list_by_people(const Context& context, clerk_backend_api::Clerk& client,
                                  Resource& resource, Request& request) {
  if (request.user_id) {
    request.user_id =
        resolve_user(client, *request.user_id, "a deleted user is found by id: --user user_...");
  }
  auto page = must(resource.list(request));
  if (!request.actor_sub || !is_address(*request.actor_sub)) return page;
  const auto id = user_with_address(client, *request.actor_sub);
  if (page.total_count > 0) {  // which no error behind it may lose
    if (id && *id) {
      context.tell("these are of the actor " + *request.actor_sub + " itself; see also --actor " +
                   **id);
    }
    return page;
  }
  if (!must(id)) {
    context.tell("note: no user has the address " + *request.actor_sub +
                 ": it was looked for as the actor's own name");
    return page;
  }
  request.actor_sub = *id;
  return must(resource.list(request));
}

/// Each puts its commands into the program; `context` must outlive it.
void add_actor_token_commands(CLI::App& app, Context& context);
void add_session_commands(CLI::App& app, Context& context);
void add_audit_event_commands(CLI::App& app, Context& context);
void add_audit_checkpoint_command(CLI::App& audit, Context& context);
void add_user_commands(CLI::App& app, Context& context);
void add_user_import_command(CLI::App& users, Context& context);

}  // namespace tenens::cli
