// The fetched key set, asked by many threads at once.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "jwks/cache_fixture.hpp"

namespace clerk_backend_api::testing {
namespace {

/// Lets threads through when the test opens it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    opened_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
};

TEST_F(JwksCacheTest, SixteenThreadsThatNeedItFetchItOnce) {
  Gate gate;
  std::atomic<int> waiting = 0;
  transport_->answer = [&](const HttpRequest&) {
    gate.wait();
    return ok(es256().jwks("a"));
  };
  const auto cache = make();
  const auto token = token_of("a");
  std::vector<std::jthread> threads;
  std::atomic<int> passed = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      ++waiting;
      if (ask(cache, token) == "none") ++passed;
    });
  }
  while (waiting < 16) std::this_thread::yield();
  gate.open();
  threads.clear();
  EXPECT_EQ(passed, 16);
  EXPECT_EQ(transport_->requests, 1);
}

TEST_F(JwksCacheTest, NobodyWhoseKeyIsThereWaitsForARefresh) {
  const auto cache = make();
  const auto token = token_of("a");
  EXPECT_EQ(ask(cache, token), "none");
  pass(5min);
  Gate gate;
  Gate begun;
  transport_->answer = [&](const HttpRequest&) {
    begun.open();
    gate.wait();
    return ok(es256().jwks("a"));
  };
  std::jthread refresher([&] { EXPECT_EQ(ask(cache, token), "none"); });
  begun.wait();
  EXPECT_EQ(ask(cache, token), "none");  // would hang
  gate.open();
}

TEST_F(JwksCacheTest, TheStopTokenEndsTheWait) {
  Gate gate;
  Gate begun;
  transport_->answer = [&](const HttpRequest&) {
    begun.open();
    gate.wait();
    return ok(es256().jwks("a"));
  };
  const auto cache = make();
  std::jthread fetcher([&] { EXPECT_EQ(ask(cache, token_of("a")), "none"); });
  begun.wait();
  std::stop_source stop;
  std::jthread impatient(
      [&] { EXPECT_EQ(ask(cache, token_of("a"), stop.get_token()), "cancelled"); });
  stop.request_stop();
  impatient.join();
  gate.open();
}

TEST_F(JwksCacheTest, ACancelledFetchDoesNotKeepTheNextOneWaiting) {
  std::stop_source stop;
  transport_->answer = [&](const HttpRequest& request) {
    if (!request.stop_token.stop_possible()) return ok(es256().jwks("a"));
    stop.request_stop();
    return Reply(TransportFailure{.cause = TransportCause::cancelled});
  };
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a"), stop.get_token()), "cancelled");
  EXPECT_EQ(ask(cache, token_of("a")), "none");
}

TEST_F(JwksCacheTest, WhoWaitsForAFetchThatIsCancelledTakesItOver) {
  Gate begun;
  std::stop_source stop;
  std::atomic<int> waiting = 0;
  transport_->answer = [&](const HttpRequest& request) {
    if (!request.stop_token.stop_possible()) return ok(es256().jwks("a"));
    begun.open();
    while (waiting < 4 || !request.stop_token.stop_requested()) std::this_thread::yield();
    return Reply(TransportFailure{.cause = TransportCause::cancelled});
  };
  const auto cache = make();
  const auto token = token_of("a");
  std::jthread fetcher([&] { EXPECT_EQ(ask(cache, token, stop.get_token()), "cancelled"); });
  begun.wait();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      ++waiting;
      EXPECT_EQ(ask(cache, token), "none");
    });
  }
  while (waiting < 4) std::this_thread::yield();
  std::this_thread::sleep_for(50ms);  // until they wait
  stop.request_stop();
  fetcher.join();
  threads.clear();
  EXPECT_EQ(transport_->requests, 2);
}

TEST_F(JwksCacheTest, SixteenThreadsOnOneCacheThroughRotationsAndFailuresGiveNoWrongAnswer) {
  std::atomic<int> generation = 0;
  transport_->answer = [&](const HttpRequest&) -> Reply {
    const int current = generation;
    if (current % 3 == 2) return TransportFailure{};
    // Published ahead of its use, as a careful server does.
    return ok(R"({"keys":[)" + es256().jwk("k" + std::to_string(current)) + "," +
              es256().jwk("k" + std::to_string(current + 1)) + "]}");
  };
  const auto cache = make();
  const auto known = token_of("k0");
  const auto invented = token_of("invented");
  const auto forged = known.substr(0, known.size() - 4) + "AAAA";
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        if (ask(cache, invented) == "none" || ask(cache, forged) == "none") ++wrong;
        const auto verdict = ask(cache, known);
        if (verdict != "none" && verdict != "kid_unknown" && verdict != "keys_unavailable") {
          ++wrong;
        }
        if (i == 0) {
          pass(400ms);
          if (round % 10 == 9) ++generation;
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(transport_->requests, 22);  // twenty seconds, one a second
}

}  // namespace
}  // namespace clerk_backend_api::testing
