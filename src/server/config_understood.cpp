#include "server/config_understood.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "core/retention.hpp"
#include "server/encryption_file.hpp"

namespace tenens::server {
namespace {

// Where every request waits for a network, and where only long reads need a thread.
constexpr unsigned kWorkersThatRead = 4;
constexpr unsigned kConnectionsThatRead = 8;

[[noreturn]] void reject(const std::string& flag, const std::string& reason) {
  throw CLI::ValidationError(flag, reason);
}

void understand_listen(const Raw& raw, Config& config) {
  const auto colon = raw.listen.rfind(':');
  if (colon == std::string::npos) reject("--listen", "wants HOST:PORT, got " + raw.listen);
  auto host = raw.listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  int port = -1;
  if (!CLI::detail::lexical_cast(raw.listen.substr(colon + 1), port) || port < 0 || port > 65535 ||
      host.empty()) {
    reject("--listen", "wants HOST:PORT with a port from 0 to 65535, got " + raw.listen);
  }
  const bool loopback = host == "localhost" || host == "::1" || host.starts_with("127.");
  if (config.dev && !loopback) {
    reject("--listen", "--dev serves loopback addresses only, not " + host);
  }
  config.listen_host = host == "localhost" ? "127.0.0.1" : host;
  config.listen_port = static_cast<std::uint16_t>(port);
}

bool is_postgres(const std::string& database) {
  return database.starts_with("postgresql://") || database.starts_with("postgres://");
}

void understand_database(const Raw& raw, const Commands& commands, Config& config) {
  constexpr std::string_view kSqlite = "sqlite:";
  auto database = raw.database;
  if (config.command == Command::migrate) {
    if (!commands.migrate_to.empty()) database = commands.migrate_to;
    const auto path = commands.migrate_from.starts_with(kSqlite)
                          ? commands.migrate_from.substr(kSqlite.size())
                          : std::string();
    if (path.empty() || path == ":memory:") reject("--from", "wants sqlite:PATH");
    if (!is_postgres(database)) reject("--to", "wants postgresql://…");
    config.migrate_from = path;
  }
  if (database.empty()) database = config.dev ? "sqlite:./tenens-dev.db" : "sqlite:./tenens.db";
  if (is_postgres(database)) {
    config.postgres_url = Secret(database);
    return;
  }
  if (config.require_sync_standby) {
    reject("--require-sync-standby", "is for --database postgresql://…: a file has no standby");
  }
  if (!database.starts_with(kSqlite) || database.size() == kSqlite.size()) {
    // Not quoted: what looks like a mistyped URL may hold a password.
    reject("--database", "wants sqlite:PATH or postgresql://…");
  }
  config.database_path = database.substr(kSqlite.size());
}

void understand_links(const Raw& raw, Config& config) {
  config.confirm_links = raw.confirm_links == "on";
  if (config.confirm_links && !config.app_url) {
    reject("--confirm-links",
           "is for links to an --app-url; without one a page of ours has the button");
  }
}

void understand_tls(const Raw& raw, Config& config) {
  const auto& [certificate, key] = raw.tls;
  if (certificate.empty() && key.empty()) return;
  if (key.empty()) reject("--tls-cert", "needs --tls-key, too");
  if (certificate.empty()) reject("--tls-key", "needs --tls-cert, too");
  config.tls = raw.tls;
}

void understand_faults(const Raw& raw, Config& config) {
  if (raw.faults.empty()) return;
  if (!config.dev) reject("--faults", "is for --dev only: it loses answers on purpose");
  try {
    config.faults = parse_faults(raw.faults);
  } catch (const std::invalid_argument& error) {
    reject("--faults", error.what());
  }
}

void understand_retention(const Raw& raw, Config& config) {
  const seconds wanted(raw.retention);
  if (wanted.count() != 0 && wanted < kLeastRetention) {
    reject("--retention", "wants at least 24h, for which an Idempotency-Key is good, or off");
  }
  config.settings.retention = wanted.count() == 0 ? std::nullopt : std::optional(wanted);
}

void understand_rules(const Raw& raw, Config& config) {
  auto& rules = config.settings;
  rules.impersonation_enabled = raw.impersonation == "on";
  rules.single_session = raw.sessions == "single";
  rules.restore_session = raw.restore_session.empty() ? config.dev : raw.restore_session == "on";
  if (raw.monthly_limit > 0) rules.monthly_limit = raw.monthly_limit;
  rules.token_life_max = seconds(raw.token_life_max);
  rules.session_life_max = seconds(raw.session_life_max);
  rules.idle_limit = seconds(raw.idle_limit);
  understand_retention(raw, config);
  // A default must not break a limit that the operator lowered.
  rules.token_life = std::min(rules.token_life, rules.token_life_max);
  rules.session_life = std::min(rules.session_life, rules.session_life_max);
}

}  // namespace

void understand(const Raw& raw, const Commands& commands, Config& config) {
  config.command = commands.chosen();
  understand_listen(raw, config);
  understand_database(raw, commands, config);
  config.encryption = read_encryption(raw.encryption_key_file);
  config.jwt_algorithm = crypto::parse_signature_algorithm(raw.jwt_algorithm);
  if (config.command == Command::reencrypt_keys && !config.encryption.is_on()) {
    reject("keys reencrypt", "wants --encryption-key-file");
  }
  understand_links(raw, config);
  understand_tls(raw, config);
  understand_faults(raw, config);
  const unsigned workers = config.postgres_url ? kConnectionsThatRead : kWorkersThatRead;
  config.workers = raw.workers > 0 ? raw.workers : workers;
  if (!raw.clerk_assets.empty()) config.clerk_assets = raw.clerk_assets;
  config.log_level = *parse_log_level(raw.log_level);
  understand_rules(raw, config);
  config.publish_ahead = seconds(raw.publish_ahead);
  const char* key = std::getenv("TENENS_SECRET_KEY");
  if (key != nullptr && *key != '\0') config.secret_key = Secret(key);
}

}  // namespace tenens::server
