// The ceiling of create and redeem: the same rows, in the same store, by as many threads as a
// server has workers, without HTTP, JSON, policy or signatures.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace {

using namespace tenens;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kThreads = 64;
constexpr int kPrefillAtOnce = 2000;

/// Both kinds of operation, with rows as wide as the server's own.
class Rows {
 public:
  explicit Rows(Store& store) : store_(store), ids_(clock_, random_) {
    subject_ = ids_.make<UserId>();
    instance_ = ids_.make<InstanceId>();
    key_ = ids_.make<SecretKeyId>();
  }

  Done create() {
    const auto token = pending();
    return store_.write([&](WriteTx& tx) -> Done {
      insert(tx, token);
      return {};
    });
  }

  Done redeem(const ActorToken& token) {
    const auto now = clock_.now();
    const Client client{.id = ids_.make<ClientId>(),
                        .instance_id = instance_,
                        .cookie_digest = token.ticket_digest,
                        .last_active_session_id = {},
                        .created_at = now,
                        .updated_at = now};
    const Session session{.id = ids_.make<SessionId>(),
                          .instance_id = instance_,
                          .user_id = token.user_id,
                          .client_id = client.id,
                          .actor = token.actor,
                          .actor_token_id = token.id,
                          .last_active_at = now,
                          .expire_at = now + token.session_max_duration,
                          .idle_limit = seconds(600),
                          .created_at = now,
                          .updated_at = now};
    return store_.write([&](WriteTx& tx) -> Done {
      if (!tx.accept_if_pending(instance_, token.id, session.id, now)) {
        return refuse(Code::ticket_used);
      }
      tx.insert(client);
      tx.insert(session);
      tx.append(event(AuditAction::actor_token_redeemed, token, session.id));
      return {};
    });
  }

  /// Tokens to redeem; not part of any measurement.
  std::vector<ActorToken> prefill(int count) {
    std::vector<ActorToken> tokens;
    while (static_cast<int>(tokens.size()) < count) {
      const auto written = store_.write([&](WriteTx& tx) -> Done {
        for (int i = 0; i < kPrefillAtOnce; ++i) {
          tokens.push_back(pending());
          insert(tx, tokens.back());
        }
        return {};
      });
      if (!written) throw StoreError("prefill: " + written.error().detail);
    }
    return tokens;
  }

 private:
  ActorToken pending() {
    const auto now = clock_.now();
    return {.id = ids_.make<ActorTokenId>(),
            .instance_id = instance_,
            .user_id = subject_,
            .actor = {"user_support", {R"({"sub":"user_support"})"}},
            .ticket_digest = crypto::sha256(std::to_string(++count_)),
            .expires_in = seconds(3600),
            .expires_at = now + seconds(3600),
            .session_max_duration = seconds(1800),
            .session_id = {},
            .reason = {},
            .created_at = now,
            .updated_at = now};
  }

  AuditEvent event(AuditAction action, const ActorToken& token,
                   std::optional<SessionId> session) const {
    AuditEvent made;
    made.instance_id = instance_;
    made.at = token.created_at;
    made.action = action;
    if (action == AuditAction::actor_token_created) made.key_id = key_;
    made.actor = token.actor;
    made.user_id = token.user_id;
    made.actor_token_id = token.id;
    made.session_id = std::move(session);
    made.address = "127.0.0.1";
    return made;
  }

  void insert(WriteTx& tx, const ActorToken& token) const {
    tx.insert(token);
    tx.append(event(AuditAction::actor_token_created, token, std::nullopt));
  }

  Store& store_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  IdMint ids_;
  UserId subject_;
  InstanceId instance_;
  SecretKeyId key_;
  std::atomic<std::uint64_t> count_ = 0;
};

std::chrono::microseconds cpu_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return std::chrono::seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/// The latencies of what `operation` did until the time was up or it said false.
template <class Operation>
std::vector<Steady::duration> run_threads(Steady::time_point until, const Operation& operation) {
  std::mutex mutex;
  std::vector<Steady::duration> all;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      std::vector<Steady::duration> mine;
      for (auto before = Steady::now(); before < until;) {
        if (!operation()) break;
        const auto after = Steady::now();
        mine.push_back(after - before);
        before = after;
      }
      const std::lock_guard lock(mutex);
      all.insert(all.end(), mine.begin(), mine.end());
    });
  }
  for (auto& thread : threads) thread.join();
  std::sort(all.begin(), all.end());
  return all;
}

double ms_at(const std::vector<Steady::duration>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto last = static_cast<double>(sorted.size() - 1);
  const auto at = static_cast<std::size_t>(last * share);
  return std::chrono::duration<double, std::milli>(sorted[at]).count();
}

template <class Operation>
void measure(double seconds_long, const Operation& operation) {
  const auto length =
      std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds_long));
  const auto cpu_before = cpu_time();
  const auto began = Steady::now();
  const auto latencies = run_threads(began + length, operation);
  const std::chrono::duration<double> took = Steady::now() - began;
  const auto cpu = cpu_time() - cpu_before;
  const auto count = static_cast<double>(latencies.size());
  std::printf(
      "{\"requests\": %.0f, \"seconds\": %.3f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"cpu_us\": %.2f}\n",
      count, took.count(), ms_at(latencies, 0.50), ms_at(latencies, 0.99),
      static_cast<double>(cpu.count()) / std::max(1.0, count));
}

double number(const char* text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
  return error == std::errc() && *end == '\0' ? value : -1;
}

int run(bool redeem, const std::string& path, double seconds_long, int tokens) {
  const auto store = store::open_sqlite({.path = path});
  Rows rows(*store);
  std::atomic<bool> failed = false;
  const auto ok = [&](const Done& done) {
    if (!done) failed = true;
    return done.has_value();
  };
  if (redeem) {
    const auto pending = rows.prefill(tokens);
    std::atomic<std::size_t> next = 0;
    measure(seconds_long, [&] {
      const auto at = next++;
      return at < pending.size() && ok(rows.redeem(pending[at]));
    });
  } else {
    measure(seconds_long, [&] { return ok(rows.create()); });
  }
  if (failed) std::fprintf(stderr, "bench_group_commit: a write failed\n");
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string kind = argc > 1 ? argv[1] : "";
  const double seconds_long = argc > 3 ? number(argv[3]) : -1;
  const int tokens = argc > 4 ? static_cast<int>(number(argv[4])) : 200'000;
  if ((kind != "create" && kind != "redeem") || seconds_long <= 0 || tokens <= 0) {
    std::fprintf(stderr, "usage: bench_group_commit create|redeem NEW_FILE SECONDS [TOKENS]\n");
    return 2;
  }
  try {
    return run(kind == "redeem", argv[2], seconds_long, tokens);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_group_commit: %s\n", error.what());
    return 1;
  }
}
