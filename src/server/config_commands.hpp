// What tenensd can be told to do instead of serving.
#pragma once

#include <string>

#include "server/config.hpp"

namespace CLI {
class App;
}

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

}  // namespace tenens::server
