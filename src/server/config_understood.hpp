// What the command line, the environment and the file say, as the server needs it.
#pragma once

#include <cstdint>
#include <string>

#include "server/config.hpp"
#include "server/config_commands.hpp"

namespace tenens::server {

/// What the command line fills before it is understood.
struct Raw {
  std::string config;
  std::string listen = "127.0.0.1:4400";
  unsigned workers = 0;
  std::string database;
  std::string encryption_key_file;
  std::string jwt_algorithm;
  std::string confirm_links;
  http::TlsFiles tls;
  std::string clerk_assets;
  std::string log_level = "info";
  std::string impersonation = "on";
  std::string restore_session;
  std::string sessions = "single";
  std::string faults;
  std::int64_t monthly_limit = 0;
  std::int64_t token_life_max = 0;
  std::int64_t session_life_max = 0;
  std::int64_t idle_limit = 0;
  std::int64_t publish_ahead = 0;
  std::int64_t retention = 0;
};

/// Fills `config`. Throws CLI::ValidationError, with a flag and the reason, for what contradicts
/// itself or means nothing.
void understand(const Raw& raw, const Commands& commands, Config& config);

}  // namespace tenens::server
