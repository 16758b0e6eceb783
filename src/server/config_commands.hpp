// What tenensd can be told to do instead of serving.
#pragma once

#include <string>

#include "server/config.hpp"

namespace CLI {
class App;
class Error;
}  // namespace CLI

namespace tenens::server {

/// The subcommands of the command line, and what is only theirs.
struct Commands {
  void add_to(CLI::App& app, Config& config);
  [[nodiscard]] Command chosen() const;

  std::string migrate_from;
  std::string migrate_to;
  CLI::App* rotate = nullptr;
  CLI::App* list = nullptr;
  CLI::App* reencrypt = nullptr;
  CLI::App* recover = nullptr;
  CLI::App* migrate = nullptr;
  CLI::App* doctor = nullptr;
  CLI::App* verify_audit = nullptr;
};

/// The commands that were named, each after a space.
[[nodiscard]] std::string command_words(const CLI::App& app);

/// The words of a command that does not exist, if that is the error; else empty.
[[nodiscard]] std::string unknown_command(const CLI::App& app, const CLI::Error& error);

}  // namespace tenens::server
