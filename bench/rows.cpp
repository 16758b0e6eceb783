// What create, redeem and a session's read cost the store at least: the same rows, so many
// operations in each commit or snapshot, with no thread that hands over to another and nothing read
// before it is written.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "bench/rows.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace {

using namespace tenens;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kPrefillAtOnce = 2000;

std::chrono::microseconds cpu_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return std::chrono::seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

void write(Store& store, const std::function<Done(WriteTx&)>& work) {
  if (const auto done = store.write(work); !done) throw StoreError(done.error().detail);
}

std::vector<ActorToken> prefill(Store& store, bench::Rows& rows, std::size_t count) {
  std::vector<ActorToken> tokens;
  while (tokens.size() < count) {
    const auto kept = tokens.size();
    write(store, [&](WriteTx& tx) -> Done {
      tokens.resize(kept, ActorToken{});
      for (std::size_t i = 0; i < kPrefillAtOnce; ++i) tokens.push_back(rows.create(tx));
      return {};
    });
  }
  return tokens;
}

/// Does so many operations at once. False: there is nothing left to do them with.
using Step = std::function<bool()>;

/// Goes on until the time is up or nothing is left.
void measure(double seconds_long, std::size_t at_once, const Step& step) {
  std::vector<double> took_ms;
  const auto cpu_before = cpu_time();
  const auto began = Steady::now();
  const auto until = began + std::chrono::duration<double>(seconds_long);
  for (auto before = began; before < until && step();) {
    const auto after = Steady::now();
    took_ms.push_back(std::chrono::duration<double, std::milli>(after - before).count());
    before = after;
  }
  const std::chrono::duration<double> took = Steady::now() - began;
  const auto cpu = static_cast<double>((cpu_time() - cpu_before).count());
  std::sort(took_ms.begin(), took_ms.end());
  const auto at = [&](double share) {
    const auto last = static_cast<double>(took_ms.size() - 1);
    return took_ms.empty() ? 0 : took_ms[static_cast<std::size_t>(last * share)];
  };
  const auto operations = static_cast<double>(took_ms.size() * at_once);
  std::printf(
      "{\"requests\": %.0f, \"seconds\": %.3f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"cpu_us\": %.3f}\n",
      operations, took.count(), at(0.50), at(0.99), cpu / std::max(1.0, operations));
}

Step creations(Store& store, bench::Rows& rows, std::size_t at_once) {
  return [&store, &rows, at_once] {
    write(store, [&](WriteTx& tx) -> Done {
      for (std::size_t i = 0; i < at_once; ++i) rows.create(tx);
      return {};
    });
    return true;
  };
}

Step redemptions(Store& store, bench::Rows& rows, std::size_t at_once, std::size_t tokens) {
  return [&store, &rows, at_once, pending = prefill(store, rows, tokens),
          next = std::size_t{0}]() mutable {
    if (next + at_once > pending.size()) return false;
    write(store, [&](WriteTx& tx) -> Done {
      for (std::size_t i = 0; i < at_once; ++i) {
        if (!rows.redeem(tx, pending[next + i])) return refuse(Code::ticket_used);
      }
      return {};
    });
    next += at_once;
    return true;
  };
}

/// Of one session, as the server's requests in the same bench.
Step reads(Store& store, bench::Rows& rows, std::size_t at_once) {
  SessionId id;
  write(store, [&](WriteTx& tx) -> Done {
    const auto token = rows.create(tx);
    if (!rows.redeem(tx, token)) return refuse(Code::ticket_used);
    id = tx.find_actor_token(token.instance_id, token.id)->session_id.value();
    return {};
  });
  return [&store, &rows, at_once, id] {
    const auto done = store.read([&](ReadTx& tx) -> Done {
      for (std::size_t i = 0; i < at_once; ++i) {
        if (!tx.find_session(rows.instance_id(), id)) return refuse(Code::resource_not_found);
      }
      return {};
    });
    if (!done) throw StoreError(done.error().detail);
    return true;
  };
}

void run(const std::string& kind, const std::string& path, double seconds_long, std::size_t at_once,
         std::size_t tokens) {
  const auto store = store::open_sqlite({.path = path});
  const SystemClock clock;
  bench::Rows rows(clock, InstanceId{"ins_bench"}, UserId{"user_bench"});
  const auto step = kind == "create"   ? creations(*store, rows, at_once)
                    : kind == "redeem" ? redemptions(*store, rows, at_once, tokens)
                                       : reads(*store, rows, at_once);
  measure(seconds_long, at_once, step);
}

double number(const char* text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
  return error == std::errc() && *end == '\0' ? value : -1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string kind = argc > 1 ? argv[1] : "";
  const double seconds_long = argc > 3 ? number(argv[3]) : -1;
  const double at_once = argc > 4 ? number(argv[4]) : 64;
  const double tokens = argc > 5 ? number(argv[5]) : 200'000;
  if ((kind != "create" && kind != "redeem" && kind != "read") || seconds_long <= 0 ||
      at_once < 1 || tokens < 1) {
    std::fprintf(stderr,
                 "usage: bench_rows create|redeem|read NEW_FILE SECONDS [AT_ONCE] [TOKENS]\n");
    return 2;
  }
  try {
    run(kind, argv[2], seconds_long, static_cast<std::size_t>(at_once),
        static_cast<std::size_t>(tokens));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_rows: %s\n", error.what());
    return 1;
  }
}
