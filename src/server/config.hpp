// What the operator chose: flags beat the environment, which beats the file.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "core/key_encryption.hpp"
#include "core/settings.hpp"
#include "crypto/signature_algorithm.hpp"
#include "http/tls.hpp"
#include "server/faults.hpp"

namespace tenens::server {

enum class Command {
  serve,
  rotate_keys,
  list_keys,
  reencrypt_keys,
  recover,
  migrate,
  doctor,
  verify_audit
};

struct Config {
  Command command = Command::serve;
  bool dev = false;
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 4400;
  std::string database_path;              // of a SQLite file, or `:memory:`
  std::optional<Secret> postgres_url;     // instead of it; may hold a password
  std::string migrate_from;               // of `migrate`: the path of a SQLite file
  bool json = false;                      // of `doctor` and `audit verify`
  std::optional<std::string> witness;     // of `audit verify`: a file of checkpoints
  bool require_sync_standby = false;      // only with postgres_url
  std::optional<std::string> public_url;  // absent: made of the port
  std::optional<std::string> app_url;
  bool confirm_links = false;         // only with app_url
  std::optional<http::TlsFiles> tls;  // absent: plain HTTP
  std::vector<std::string> allowed_origins;
  std::optional<std::string> clerk_assets;  // a folder with Clerk's browser packages
  std::optional<Secret> secret_key;
  KeyEncryption encryption;                                 // of the keys in the database
  std::optional<crypto::SignatureAlgorithm> jwt_algorithm;  // of keys that are made from now on
  std::optional<Faults> faults;                             // only with dev
  LogLevel log_level = LogLevel::info;
  std::optional<std::size_t> requests_per_key;      // in ten seconds; absent: by the key's kind
  std::optional<std::size_t> requests_per_address;  // likewise
  std::vector<std::string> trusted_proxies;
  unsigned threads = 1;
  unsigned workers = 4;                              // reads that may wait for the database at once
  seconds publish_ahead = std::chrono::minutes(10);  // of `keys rotate`
  Settings settings;  // its public_url is filled when the port is known
};

/// The process should end now, with this code; what there was to say has been said.
struct Exit {
  int code = 0;
};

/// Reads argv, the environment (`TENENS_<FLAG>`) and the TOML file of `--config`. Prints help,
/// version and usage errors itself.
[[nodiscard]] std::variant<Config, Exit> read_config(int argc, const char* const* argv);

}  // namespace tenens::server
