#include "server/config.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "clerk_backend_api/version.hpp"
#include "server/config_checks.hpp"
#include "server/config_commands.hpp"
#include "server/config_file.hpp"
#include "server/config_understood.hpp"
#include "server/environment.hpp"

namespace tenens::server {
namespace {

/// A shell's unset variable must not lose a setting, such as that the keys are encrypted.
void refuse_empty(const std::vector<std::string>& typed) {
  std::string flag = "an argument";
  for (const auto& argument : typed) {
    const bool is_flag = argument.starts_with("--");
    const auto equals = argument.find('=');
    if (argument.empty() || (is_flag && equals + 1 == argument.size())) {
      if (is_flag) flag = argument.substr(0, equals);
      throw CLI::ValidationError(flag + " is empty: a variable of the shell that is not set?");
    }
    flag = is_flag && equals == std::string::npos ? argument : "an argument";
  }
}

constexpr const char* kFooter = R"(
Every flag of the server has an environment variable (--public-url: TENENS_PUBLIC_URL) and a key in
the file of --config (public_url = "…"). Flags beat the environment, which beats the file. What may be
repeated stands there with commas between, in the file also as a list. Durations: 90s, 10m, 1h30m, 7d.

TENENS_SECRET_KEY fixes the secret key; otherwise one is made at the first start and shown once.
TENENS_ENCRYPTION_KEY holds an encryption key instead of the file of --encryption-key-file.

Examples:
  tenensd --dev
      A development server in ./tenens-dev.db: two sample users, keys printed, loopback only.
  tenensd --database sqlite:/var/lib/tenens/tenens.db --public-url https://clerk.example.com \
          --frontend-host clerk.example.com --app-url https://app.example.com \
          --trusted-proxy 127.0.0.1
      A server behind your TLS proxy, which is on this machine.
  tenensd --dev --tls-cert localhost.pem --tls-key localhost-key.pem
      https on the port itself; SIGHUP reads both files again.
  TENENS_DATABASE=postgresql://tenens@db1,db2/tenens PGPASSFILE=… tenensd --require-sync-standby …
      Any number of such servers on one PostgreSQL cluster.
  tenensd migrate --from sqlite:/var/lib/tenens/tenens.db --to postgresql://…
      Everything in the file, into an empty database; the server on the file must be stopped.
  tenensd doctor --database …
      What is wrong with a database; changes nothing.
  tenensd audit verify --database … --witness witness.txt
      Whether anybody has edited, removed or reordered audit events.
  tenensd keys rotate --database sqlite:/var/lib/tenens/tenens.db
      The next signing key; with a file stop the server first, start it after.
  tenensd recover --database sqlite:/var/lib/tenens/tenens.db
      After restoring a backup: its pending tickets and live sessions are void.)";

class CommandLine {
 public:
  CommandLine() : app_("tenensd, a server that lets people sign in on behalf of others\n") {
    app_.name("tenensd");
    app_.footer(kFooter);
    app_.set_version_flag("--version",
                          "tenensd " + std::string(clerk_backend_api::kLibraryVersion));
    app_.require_subcommand(0, 1);
    app_.fallthrough();
    add_places();
    add_rules();
    add_runtime();
    commands_.add_to(app_, config_);
    duration(*commands_.rotate, "--publish-ahead", raw_.publish_ahead, config_.publish_ahead,
             "How long before its first use the new key is published");
  }

  std::variant<Config, Exit> read(int argc, const char* const* argv) {
    const std::vector<std::string> typed(argv + 1, argv + argc);
    FileArguments file;
    try {
      refuse_empty(typed);
      if (const auto path = config_path(typed); !path.empty()) {
        file = arguments_of_file(app_, path, typed);
      }
      auto arguments = file.arguments;
      arguments.insert(arguments.end(), typed.begin(), typed.end());
      // CLI11 takes them last first.
      std::reverse(arguments.begin(), arguments.end());
      app_.parse(arguments);
      warn_of_misspelt_variables(app_);
      understand(raw_, commands_, config_);
      return std::move(config_);
    } catch (const CLI::Success& success) {
      return Exit{app_.exit(success)};
    } catch (const CLI::Error& error) {
      complain(error, typed, file);
      return Exit{2};
    }
  }

 private:
  void complain(const CLI::Error& error, const std::vector<std::string>& typed,
                const FileArguments& file) const {
    const auto unknown = unknown_command(app_, error);
    std::cerr << "tenensd: error: "
              << (unknown.empty() ? as_written(error.what(), typed, file)
                                  : "there is no command " + unknown)
              << "\nhint: "
              << (unknown == "audit list" ? "tenens audit list shows the audit; " : "") << "tenensd"
              << command_words(app_) << " --help\n";
  }

  /// With the variable, or the key and its place, instead of a flag that nobody typed.
  static std::string as_written(std::string message, const std::vector<std::string>& typed,
                                const FileArguments& file) {
    const auto begin = message.find("--");
    if (begin == std::string::npos) return message;
    const auto end = message.find_first_of(":= ", begin);
    const auto flag = message.substr(begin, end - begin);
    if (is_typed(typed, flag)) return message;
    const auto place = file.places.find(flag);
    if (place != file.places.end()) return message.replace(begin, flag.size(), place->second);
    if (is_set(env_name(flag))) message.replace(begin, flag.size(), env_name(flag));
    return message;
  }

  template <class T>
  CLI::Option* option(const char* flag, T& target, const char* help) {
    return app_.add_option(flag, target, help)->envname(env_name(flag));
  }

  void duration(CLI::App& app, const char* flag, std::int64_t& target, seconds otherwise,
                const char* help) {
    target = otherwise.count();
    app.add_option(flag, target, help)
        ->envname(env_name(flag))
        ->transform(duration_check())
        ->type_name("DURATION")
        ->default_str(std::to_string(otherwise.count()) + "s");
  }

  void add_places() {
    app_.add_flag("--dev", config_.dev, "Development: loopback only, sample users, lenient origins")
        ->envname(env_name("--dev"));
    option("--config", raw_.config, "A TOML file with any of these flags");
    option("--listen", raw_.listen, "HOST:PORT; port 0 picks one")->capture_default_str();
    option("--database", raw_.database,
           "sqlite:PATH, sqlite::memory: or postgresql://… (default sqlite:./tenens.db, with --dev "
           "sqlite:./tenens-dev.db)");
    app_.add_flag("--require-sync-standby", config_.require_sync_standby,
                  "With PostgreSQL: refuse to serve unless a second host confirms each commit")
        ->envname(env_name("--require-sync-standby"));
    option("--encryption-key-file", raw_.encryption_key_file,
           "Encrypts the keys in the database: 64 hexadecimal digits (openssl rand -hex 32); "
           "further lines hold earlier keys, which still decrypt");
    option("--jwt-algorithm", raw_.jwt_algorithm,
           "Of the keys that sign session JWTs, for those made from now on, at the first start and "
           "by `keys rotate`: RS256, or ES256, whose signatures cost less and which Clerk's SDKs "
           "refuse. Absent: as the key before, at first RS256")
        ->check(CLI::IsMember({"RS256", "ES256"}));
    option("--frontend-host", config_.settings.frontend_host,
           "The host in the publishable key and, with https://, the issuer of session JWTs")
        ->check(host_check())
        ->capture_default_str();
    option("--public-url", config_.public_url,
           "Where browsers reach this server; links begin with it (default http://localhost:PORT, "
           "with --tls-cert https)")
        ->transform(url_check());
    option("--tls-cert", raw_.tls.certificate,
           "A PEM file with the certificate and those that lead to its root: the port speaks https "
           "and nothing else");
    option("--tls-key", raw_.tls.key, "A PEM file with the key of that certificate");
    option(
        "--app-url", config_.app_url,
        "The application to whose /sign-in page links lead; without it they lead to our own page")
        ->transform(url_check());
    option(
        "--confirm-links", raw_.confirm_links,
        "on or off: before that /sign-in page, which redeems by itself, show who would act as whom "
        "and a button; then scanners that run scripts cannot use a link up (default off, as Clerk)")
        ->check(CLI::IsMember({"on", "off"}));
    option("--allowed-origin", config_.allowed_origins,
           "A further origin whose pages may call the Frontend API; may be repeated")
        ->take_all()
        ->delimiter(',')
        ->check(origin_check());
    option("--clerk-assets", raw_.clerk_assets,
           "A folder with Clerk's browser packages (clerk-js, ui), served below /npm/@clerk")
        ->check(CLI::ExistingDirectory);
    option("--faults", raw_.faults,
           "With --dev: fail on purpose, to test clients. `default`, or some of "
           "seed:N,503:P,429:P,delay:P,drop_reply:P,rotate_keys");
  }

  void add_rules() {
    option("--impersonation", raw_.impersonation, "on or off; off answers create with 402")
        ->check(CLI::IsMember({"on", "off"}))
        ->capture_default_str();
    option(
        "--protected-user", config_.settings.protected_users,
        "The id of a user whom nobody may impersonate, such as an administrator; may be repeated. "
        "Impersonations of them that are under way are refreshed no more")
        ->take_all()
        ->delimiter(',')
        ->check(user_id_check());
    option("--monthly-limit", raw_.monthly_limit,
           "Actor tokens a calendar month (UTC); 0: no limit")
        ->check(at_least(0))
        ->capture_default_str();
    const auto& rules = config_.settings;
    duration(app_, "--max-token-life", raw_.token_life_max, rules.token_life_max,
             "Longest expires_in_seconds");
    duration(app_, "--max-session-life", raw_.session_life_max, rules.session_life_max,
             "Longest session_max_duration_in_seconds");
    option("--sessions", raw_.sessions,
           "single or multi: how many a browser may hold at once; an impersonation is always alone")
        ->check(CLI::IsMember({"single", "multi"}))
        ->capture_default_str();
    option("--restore-session", raw_.restore_session,
           "on or off: after an impersonation, bring back the session that it replaced in that "
           "browser (default off, as Clerk; with --dev on)")
        ->check(CLI::IsMember({"on", "off"}));
    duration(app_, "--idle-limit", raw_.idle_limit, rules.idle_limit,
             "An impersonated session dies when nothing happens for so long");
    raw_.retention = rules.retention->count();
    option("--retention", raw_.retention,
           "How long tokens and sessions stay readable after they are over, or off; then they are "
           "removed in the background, the audit never")
        ->transform(duration_check(true))
        ->type_name("DURATION")
        ->default_str("90d");
  }

  void add_runtime() {
    option("--log-level", raw_.log_level, "debug, info, warning, error or off")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
        ->capture_default_str();
    option("--requests-per-key", config_.requests_per_key,
           "In 10 s, with one secret key; then 429. 0: no limit (default 1000 with live keys, 100 "
           "with test keys, as Clerk; none with --dev)")
        ->check(at_least(0));
    option("--requests-per-address", config_.requests_per_address,
           "In 10 s, without a secret key, from one address other than loopback (default 300; none "
           "with --dev)")
        ->check(at_least(0));
    option("--trusted-proxy", config_.trusted_proxies,
           "The address of a proxy whose X-Forwarded-For is believed; may be repeated")
        ->take_all()
        ->delimiter(',')
        ->transform(address_check());
    option("--threads", config_.threads, "Threads that serve connections")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    option(
        "--workers", raw_.workers,
        "Reads that may wait for the database at once, each on a thread of its own: with SQLite "
        "those that read much (default: 4), with PostgreSQL all, each with a connection (default: "
        "8)")
        ->check(CLI::Range(1, 4096));
  }

  CLI::App app_;
  Raw raw_;
  Config config_;
  Commands commands_;
};

}  // namespace

std::variant<Config, Exit> read_config(int argc, const char* const* argv) {
  return CommandLine().read(argc, argv);
}

}  // namespace tenens::server
