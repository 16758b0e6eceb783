// A key cache between a server and a clock that do what the test says.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "clerk_backend_api/clerk.hpp"
#include "clerk_backend_api/verify_token.hpp"
#include "unit/sdk/verify_signer.hpp"

namespace clerk_backend_api::testing {

using namespace std::chrono_literals;  // for the tests that include this
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

inline Reply ok(std::string body) {
  return HttpResponse{.status = 200, .body = std::move(body)};
}

inline constexpr std::chrono::sys_seconds kNow{1'000s};

inline std::string token_of(const std::string& kid) {
  return es256().token(R"({"alg":"ES256","kid":")" + kid + R"("})",
                       R"({"sub":"user_1","exp":2000})");
}

class JwksCacheTest : public ::testing::Test {
 protected:
  JwksCacheTest() {
    transport_->answer = [](const HttpRequest&) { return ok(es256().jwks("a")); };
  }

  std::shared_ptr<JwksCache> make(std::string url = "https://clerk.example.com/jwks",
                                  JwksCacheOptions options = {}) {
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

}  // namespace clerk_backend_api::testing
