#include "server/serve.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <thread>

#include "clerk_backend_api/version.hpp"
#include "core/services.hpp"
#include "core/setup.hpp"
#include "core/transact.hpp"
#include "crypto/random.hpp"
#include "http/app.hpp"
#include "http/server.hpp"
#include "server/audit_checkpoints.hpp"
#include "server/code_pages.hpp"
#include "server/database.hpp"
#include "server/fail.hpp"
#include "server/faults.hpp"
#include "server/housekeeping.hpp"
#include "server/key_watch.hpp"
#include "server/pause.hpp"
#include "tasks/scheduler.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens::server {
namespace {

// In ten seconds; the first two are Clerk's.
constexpr std::size_t kRequestsPerLiveKey = 1000;
constexpr std::size_t kRequestsPerTestKey = 100;
constexpr std::size_t kRequestsPerAddress = 300;

// The threads that work by the clock have had their first rounds then, which prepare what the later
// ones use.
constexpr seconds kSettled{1};

/// SIGTERM and SIGINT, and SIGHUP unless it says that the terminal is gone, taken by whoever waits
/// for them and by no other thread.
class StopSignals {
 public:
  explicit StopSignals(bool reloads) {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    if (reloads) sigaddset(&signals_, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    // A browser that goes away mid-answer is its own affair.
    std::signal(SIGPIPE, SIG_IGN);
  }
  enum class Heard { stop, reload, nothing };
  /// Nothing: only where it waits no longer than `at_most`.
  [[nodiscard]] Heard wait(std::optional<seconds> at_most) const {
    int received = 0;
    do {
      const timespec time{.tv_sec = at_most.value_or(seconds()).count(), .tv_nsec = 0};
      received =
          at_most ? sigtimedwait(&signals_, nullptr, &time) : sigwaitinfo(&signals_, nullptr);
    } while (received < 0 && errno == EINTR);
    if (received < 0) return Heard::nothing;
    return received == SIGHUP ? Heard::reload : Heard::stop;
  }

 private:
  sigset_t signals_{};
};

void announce_key(const Config& config, const SetupOutcome& setup) {
  if (setup.new_secret_key) {
    std::cerr << "  secret key       " << setup.new_secret_key->expose()
              << "  (shown once; TENENS_SECRET_KEY fixes it)\n";
  } else {
    std::cerr << "  secret key       "
              << (config.secret_key ? "from TENENS_SECRET_KEY"
                                    : "shown at the first start; TENENS_SECRET_KEY sets another")
              << '\n';
  }
}

void announce(const Config& config, const Database& database, const Instance& instance,
              const SetupOutcome& setup) {
  std::cerr << "tenensd " << clerk_backend_api::kLibraryVersion
            << (config.dev ? ", development mode: do not expose" : "") << '\n'
            << database.announcement() << "  publishable key  "
            << publishable_key(instance, config.settings.frontend_host) << '\n';
  announce_key(config, setup);
  if (setup.encrypted_keys > 0) {
    std::cerr << "  encrypted now    " << setup.encrypted_keys
              << " keys that were clear; earlier backups still hold them\n";
  }
  if (config.faults) {
    std::cerr << "  FAULTS ON        " << to_text(*config.faults)
              << "\n                   answers are refused, delayed and lost on purpose\n";
  }
  for (const auto& user : setup.sample_users) {
    std::cerr << "  sample user      " << user.id.text << "  " << user.emails.front().address
              << '\n';
  }
}

/// What the operator asked for and does not have yet.
void announce_algorithm(const Config& config, crypto::SignatureAlgorithm present) {
  if (config.jwt_algorithm.value_or(present) == present) return;
  std::cerr << "  session JWTs     " << crypto::to_string(present)
            << "; tenensd keys rotate makes a key for " << crypto::to_string(*config.jwt_algorithm)
            << '\n';
}

/// A slip in the id would protect nobody.
void warn_of_strangers(const Settings& settings, Store& store, const Instance& instance) {
  for (const auto& id : settings.protected_users) {
    const auto standing =
        read_from(store, [&](ReadTx& tx) { return tx.standing(instance.id, UserId{id}); });
    if (standing == Standing::unknown) {
      std::cerr << "tenensd: warning: --protected-user " << id << ": there is no such user\n";
    }
  }
}

/// Its links would lead every browser to that browser's own machine.
void warn_of_local_links(const Config& config, const Instance& instance, const std::string& url) {
  if (!instance.production || config.public_url) return;
  std::cerr << "tenensd: warning: links begin with " << url
            << "; --public-url says where browsers find this server\n";
}

/// Its publishable key is a live one, from which they take where to ask.
void warn_of_live_development(const Config& config, const Instance& instance) {
  if (!config.dev || !instance.production) return;
  std::cerr << "tenensd: warning: --dev with a production instance (sk_live_): Clerk's browser "
               "packages ask https://"
            << config.settings.frontend_host
            << "; a new database without a live TENENS_SECRET_KEY is a development one\n";
}

http::AppOptions app_options(const Config& config, const Instance& instance,
                             const std::string& public_url) {
  const std::size_t per_key = config.dev            ? 0
                              : instance.production ? kRequestsPerLiveKey
                                                    : kRequestsPerTestKey;
  const std::size_t per_address = config.dev ? 0 : kRequestsPerAddress;
  return {.public_url = public_url,
          .app_url = config.app_url,
          .confirm_links = config.confirm_links,
          .allowed_origins = config.allowed_origins,
          .dev = config.dev,
          .publishable_key = publishable_key(instance, config.settings.frontend_host),
          .frontend_host = config.settings.frontend_host,
          .clerk_assets = config.clerk_assets,
          .production = instance.production,
          .requests_per_key = config.requests_per_key.value_or(per_key),
          .requests_per_address = config.requests_per_address.value_or(per_address),
          .trusted_proxies = config.trusted_proxies};
}

/// Part of `--faults`: verifiers must follow a JWKS that never stands still.
void rotate_every_second(const std::stop_token& stop, Store& store, const Clock& clock,
                         Random& random, Keyring& keyring, const Config& config) {
  constexpr seconds kPublishAhead{2};
  while (pause(stop, seconds(1))) {
    // A round that fails is one fault more.
    const auto longest_token = config.settings.session_token_life + seconds(5);
    if (rotate_signing_keys(store, clock, random, config.encryption, config.jwt_algorithm,
                            kPublishAhead, longest_token, "tenensd --faults")) {
      (void)keyring.reload(store);
    }
  }
}

std::string printable(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// Passes requests on once there is somebody to take them: the port is known only when the socket
/// is open, and the links that the rest makes contain it.
class LateHandler final : public http::Handler {
 public:
  void serve_with(http::Handler& handler) {
    handler_.store(&handler);
    handler_.notify_all();
  }
  http::Reply handle(const http::Request& request) override { return ready().handle(request); }
  http::Reply refuse(const Failure& failure) override { return ready().refuse(failure); }
  Way way_of(const http::Request& request) const override {
    const auto* handler = handler_.load();  // asked on the event loop, which must not wait
    return handler == nullptr ? Way::in_a_task : handler->way_of(request);
  }

 private:
  http::Handler& ready() {
    handler_.wait(nullptr);
    return *handler_.load();
  }

  std::atomic<http::Handler*> handler_{nullptr};
};

tl::expected<std::shared_ptr<http::TlsContext>, std::string> load_tls(const Config& config) {
  if (!config.tls) return nullptr;
  auto loaded = http::load_tls(*config.tls, SystemClock().now());
  if (!loaded) return tl::unexpected(loaded.error());
  for (const auto& warning : loaded->warnings) std::cerr << "tenensd: warning: " << warning << '\n';
  return std::move(loaded->context);
}

/// A certificate that cannot be used must not end what the old one still serves.
void reload_tls(const Config& config, http::Server& server) {
  if (!config.tls) {
    std::cerr << "tenensd: there is no --tls-cert to read again\n" << std::flush;
  } else if (auto loaded = load_tls(config)) {
    server.use(*std::move(loaded));
    std::cerr << "tenensd: the certificate was read again\n" << std::flush;
  } else {
    (void)fail(loaded.error(), "the certificate stays as it was");
  }
}

int serve_database(const Config& config, Database& database, const StopSignals& signals,
                   std::shared_ptr<http::TlsContext> tls) {
  auto& store = database.store();
  const auto& clock = database.clock();
  crypto::SystemRandom random;
  const Log log(config.log_level, clock, &tasks::Scheduler::at_end_of_turn);
  const auto setup = prepare(store, clock, random,
                             {.secret_key = config.secret_key,
                              .development = config.dev,
                              .encryption = config.encryption,
                              .jwt_algorithm = config.jwt_algorithm.value_or(kFirstAlgorithm)});
  if (!setup) return fail(setup.error().param + ": " + setup.error().detail);
  const auto keyring = Keyring::load(store, config.encryption);
  if (!keyring) return fail("the keys could not be read: " + keyring.error().detail);
  const auto& instance = (*keyring)->frontend_instance();

  tasks::WorkerPool signers(tasks::usable_cores(), tasks::WorkerPool::Tell::together);
  tasks::WorkerPool readers(config.workers);
  LateHandler late;
  http::Server server({.address = config.listen_host,
                       .port = config.listen_port,
                       .threads = config.threads,
                       .tls = std::move(tls)},
                      late);
  const auto port = server.start();
  if (!port) {
    announce_key(config, *setup);  // or nobody would ever see it
    return fail(port.error(), "--listen HOST:PORT says where; 127.0.0.1:0 takes a free port");
  }

  const std::string scheme = config.tls ? "https://" : "http://";
  auto settings = config.settings;
  settings.public_url = config.public_url.value_or(scheme + "localhost:" + std::to_string(*port));
  Services services(store, clock, random, **keyring, settings, &signers);
  http::App app(services, app_options(config, instance, settings.public_url), log, &readers);
  FaultyHandler faulty(app, config.faults.value_or(Faults{}));
  late.serve_with(config.faults ? static_cast<http::Handler&>(faulty) : app);
  std::jthread rotation;
  if (config.faults && config.faults->rotate_keys) {
    rotation = std::jthread([&](const std::stop_token& stop) {
      rotate_every_second(stop, store, clock, random, **keyring, config);
    });
  }

  std::optional<KeyWatch> key_watch;
  if (config.postgres_url) key_watch.emplace(store, **keyring);  // a file has no other server

  const CheckpointThread checkpoints(store, services.audit_checkpoints, log);
  // It ends first: what it has noted is signed.
  const HousekeepingThread housekeeping(store, clock, settings, log);

  announce(config, database, instance, *setup);
  announce_algorithm(config, (*keyring)->algorithm(instance.id));
  warn_of_strangers(settings, store, instance);
  warn_of_local_links(config, instance, settings.public_url);
  warn_of_live_development(config, instance);
  std::cerr << "listening on " << scheme << printable(config.listen_host) << ':' << *port << '\n'
            << std::flush;
  std::optional<seconds> until_settled(kSettled);
  for (;;) {
    switch (signals.wait(until_settled)) {
      case StopSignals::Heard::stop: server.stop(); return 0;
      case StopSignals::Heard::reload: reload_tls(config, server); break;
      case StopSignals::Heard::nothing:
        give_back_code_pages();
        until_settled.reset();
        break;
    }
  }
}

}  // namespace

int serve(const Config& config) {
  umask(077);
  const StopSignals signals(config.tls.has_value() || ::isatty(STDERR_FILENO) == 0);
  try {
    // First, so that a wrong file leaves no database behind.
    auto tls = load_tls(config);
    if (!tls) return fail(tls.error(), "--tls-cert and --tls-key want files in PEM");
    Database database(config);
    return serve_database(config, database, signals, *std::move(tls));
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}

}  // namespace tenens::server
