// Makes a database large: tokens with their audit rows, and sessions with all that a redemption
// leaves, through the server's own store, thousands in a commit.
//
//   bench_fill FILE TOKENS SESSIONS [AGE_SECONDS]
//
// FILE is one that tenensd has made and holds a user. The last SESSIONS of the new TOKENS are
// redeemed. Everything is as old as AGE_SECONDS says.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#include "bench/rows.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace {

using namespace tenens;

constexpr std::int64_t kAtOnce = 5000;

class EarlierClock final : public Clock {
 public:
  explicit EarlierClock(seconds age) : age_(age) {}
  [[nodiscard]] Instant now() const override { return SystemClock().now() - age_; }

 private:
  seconds age_;
};

void must(const Done& done) {
  if (!done) throw StoreError(done.error().detail);
}

struct Names {
  InstanceId instance;
  UserId user;
};

Names names_in(Store& store) {
  Names names;
  must(store.read([&](ReadTx& tx) -> Done {
    const auto instances = tx.instances();
    if (instances.size() != 1) throw StoreError("not a database of one instance");
    names.instance = instances.front().id;
    const auto users = tx.users(names.instance, {}, Page{.limit = 1});
    if (users.empty()) throw StoreError("a database without users");
    names.user = users.front().id;
    return {};
  }));
  return names;
}

void fill(const std::string& path, std::int64_t tokens, std::int64_t sessions, seconds age) {
  const auto store = store::open_sqlite({.path = path});
  const auto names = names_in(*store);
  const EarlierClock clock(age);
  bench::Rows rows(clock, names.instance, names.user);
  for (std::int64_t made = 0; made < tokens; made += kAtOnce) {
    must(store->write([&](WriteTx& tx) -> Done {
      for (auto at = made; at < std::min(tokens, made + kAtOnce); ++at) {
        const auto token = rows.create(tx);
        if (at >= tokens - sessions) rows.redeem(tx, token);
      }
      return {};
    }));
  }
}

std::int64_t number(const char* text) {
  std::int64_t value = 0;
  const auto* last = text + std::strlen(text);
  const auto [end, error] = std::from_chars(text, last, value);
  return error == std::errc() && end == last ? value : -1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int at, std::int64_t otherwise) {
    return argc > at ? number(argv[at]) : otherwise;
  };
  const auto tokens = argument(2, -1);
  const auto sessions = argument(3, -1);
  const auto age = argument(4, 0);
  if (tokens < 0 || sessions < 0 || sessions > tokens || age < 0) {
    std::fprintf(stderr, "usage: bench_fill FILE TOKENS SESSIONS [AGE_SECONDS]\n");
    return 2;
  }
  try {
    fill(argv[1], tokens, sessions, seconds(age));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_fill: %s\n", error.what());
    return 1;
  }
}
