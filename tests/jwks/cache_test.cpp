// The fetched key set, when the server, the clock or whoever sends the tokens misbehaves.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "clerk_backend_api/verify_token.hpp"
#include "unit/sdk/verify_signer.hpp"

namespace clerk_backend_api {
namespace {

using testing::es256;
using namespace std::chrono_literals;
using Reply = std::variant<HttpResponse, TransportFailure>;

/// Answers as the test says, from any number of threads, and counts.
class ScriptedTransport final : public Transport {
 public:
  std::function<Reply(const HttpRequest&)> answer;
  std::atomic<int> requests = 0;

  Reply send(const HttpRequest& request) override {
    ++requests;
    return answer(request);
  }
};

Reply ok(std::string body) {
  return HttpResponse{.status = 200, .body = std::move(body)};
}

constexpr std::chrono::sys_seconds kNow{1'000s};

std::string token_of(const std::string& kid) {
  return es256().token(R"({"alg":"ES256","kid":")" + kid + R"("})",
                       R"({"sub":"user_1","exp":2000})");
}

class JwksCacheTest : public ::testing::Test {
 protected:
  JwksCacheTest() {
    transport_->answer = [](const HttpRequest&) { return ok(es256().jwks("a")); };
  }

  std::shared_ptr<JwksCache> make(std::string url = "https://clerk.example.com/jwks") {
    JwksCacheOptions options;
    options.transport = transport_;
    options.clock = [this] {
      return std::chrono::steady_clock::time_point(std::chrono::milliseconds(clock_.load()));
    };
    return JwksCache::from_url(std::move(url), std::move(options));
  }

  static std::string_view ask(const std::shared_ptr<JwksCache>& cache, const std::string& token,
                              std::stop_token stop = {}) {
    const auto verdict =
        verify_token(token, {.keys = cache, .now = kNow, .stop_token = std::move(stop)});
    return verdict ? "none" : to_string(verdict.fault());
  }

  void pass(std::chrono::milliseconds time) { clock_ += time.count(); }
  void break_server() {
    transport_->answer = [](const HttpRequest&) { return TransportFailure{}; };
  }

  std::atomic<std::int64_t> clock_ = 1;
  std::shared_ptr<ScriptedTransport> transport_ = std::make_shared<ScriptedTransport>();
};

TEST_F(JwksCacheTest, FetchesOnceAndAgainWhenItIsOld) {
  const auto cache = make();
  const auto token = token_of("a");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(cache, token), "none");
  EXPECT_EQ(transport_->requests, 1);
  pass(5min - 1ms);
  EXPECT_EQ(ask(cache, token), "none");
  EXPECT_EQ(transport_->requests, 1);
  pass(1ms);
  EXPECT_EQ(ask(cache, token), "none");
  EXPECT_EQ(transport_->requests, 2);
}

TEST_F(JwksCacheTest, TenThousandInventedKidsCostOneFetchAnInterval) {
  const auto cache = make();
  for (int i = 0; i < 10'000; ++i) {
    if (i % 100 == 0) pass(100ms);  // ten seconds in all
    EXPECT_EQ(ask(cache, token_of("invented-" + std::to_string(i))), "kid_unknown");
  }
  EXPECT_LE(transport_->requests, 11);
  EXPECT_GE(transport_->requests, 9);
  EXPECT_EQ(ask(cache, token_of("a")), "none");
}

TEST_F(JwksCacheTest, FindsARotatedKeyWithTheNextFetch) {
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "none");
  transport_->answer = [](const HttpRequest&) { return ok(es256().jwks("b")); };
  EXPECT_EQ(ask(cache, token_of("b")), "kid_unknown");  // within the interval
  pass(1s);
  EXPECT_EQ(ask(cache, token_of("b")), "none");
  EXPECT_EQ(ask(cache, token_of("a")), "kid_unknown");  // withdrawn
}

TEST_F(JwksCacheTest, TheLastGoodAnswerServesAnHourWhileThereIsNoOther) {
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "none");
  for (const auto& useless :
       {Reply(TransportFailure{}), Reply(HttpResponse{.status = 503}),
        Reply(HttpResponse{.status = 302, .body = es256().jwks("b")}), ok("<html>"),
        ok(R"({"keys":[]})"), ok(""), ok(R"({"keys":[{"kty":"oct","kid":"b","k":"AAAA"}]})")}) {
    transport_->answer = [&](const HttpRequest&) { return useless; };
    pass(6min);
    EXPECT_EQ(ask(cache, token_of("a")), "none");
    EXPECT_EQ(ask(cache, token_of("b")), "keys_unavailable");
  }
  EXPECT_EQ(transport_->requests, 8);
  pass(1h);
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
}

TEST_F(JwksCacheTest, IsBackAsSoonAsTheServerIs) {
  break_server();
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  EXPECT_EQ(transport_->requests, 1);
  transport_->answer = [](const HttpRequest&) { return ok(es256().jwks("a")); };
  pass(1s);
  EXPECT_EQ(ask(cache, token_of("a")), "none");
}

TEST_F(JwksCacheTest, ATransportThatThrowsIsAFailureLikeAnother) {
  transport_->answer = [](const HttpRequest&) -> Reply { throw std::runtime_error("bug"); };
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  pass(1s);
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
}

TEST_F(JwksCacheTest, ATokenWithoutAKidCostsNoFetch) {
  const auto cache = make();
  EXPECT_EQ(ask(cache, es256().token(R"({"alg":"ES256"})", "{}")), "kid_missing");
  EXPECT_EQ(transport_->requests, 0);
}

TEST_F(JwksCacheTest, AsksForTheConfiguredAddressWithoutACredentialAndWithACap) {
  transport_->answer = [](const HttpRequest& request) {
    EXPECT_EQ(request.url, "https://clerk.example.com/jwks");
    EXPECT_TRUE(request.bearer_auth.empty());
    EXPECT_EQ(request.max_response_bytes, 256U * 1024);
    EXPECT_EQ(request.timeout, 5s);
    return ok(es256().jwks("a"));
  };
  EXPECT_EQ(ask(make(), token_of("a")), "none");
}

TEST_F(JwksCacheTest, TrustsPlainHttpOnlyToThisMachine) {
  for (const auto* url : {"http://127.0.0.1:4400/jwks", "http://localhost/jwks", "http://[::1]/",
                          "http://[::1]:8080/", "https://x"}) {
    EXPECT_EQ(ask(make(url), token_of("a")), "none") << url;
  }
  for (const auto* url :
       {"http://clerk.example.com/jwks", "http://localhost@evil.example/",
        "http://127.0.0.1:80@evil.example/", "http://localhost.evil.example/", "https://user@x/",
        "ftp://localhost/", "file:///etc/passwd", "https://", ""}) {
    EXPECT_EQ(ask(make(url), token_of("a")), "keys_unavailable") << url;
  }
}

TEST_F(JwksCacheTest, FetchesThroughAClientWithItsKeyAndWithoutRetries) {
  transport_->answer = [](const HttpRequest& request) {
    EXPECT_EQ(request.url, "https://api.example.com/v1/jwks");
    EXPECT_EQ(request.bearer_auth.expose(), "sk_test_k");
    return HttpResponse{.status = 503};
  };
  const auto cache = JwksCache::from_clerk(Clerk{{.bearer_auth = "sk_test_k",
                                                  .server_url = "https://api.example.com/v1",
                                                  .transport = transport_}});
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  EXPECT_EQ(transport_->requests, 1);
}

// ── threads ──────────────────────────────────────────────────────────────────────────────────────

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
}  // namespace clerk_backend_api
