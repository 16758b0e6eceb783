#include "http/rate_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "browser.hpp"

namespace tenens::http::test {
namespace {

using namespace std::chrono_literals;

const RateLimit::Steady kStart = std::chrono::steady_clock::now();

TEST(RateLimit, LetsSoManyThroughInTenSecondsAndSaysHowLongToWait) {
  RateLimit limit(3);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(limit.charge("a", kStart), std::nullopt);
  EXPECT_EQ(limit.charge("a", kStart), 10s);
  EXPECT_EQ(limit.charge("a", kStart + 9500ms), 1s);
  EXPECT_EQ(limit.charge("b", kStart + 9500ms), std::nullopt) << "each has its own";
  EXPECT_EQ(limit.charge("a", kStart + 10s), std::nullopt);
}

TEST(RateLimit, OfZeroIsNone) {
  RateLimit limit(0);
  for (int n = 0; n < 10'000; ++n) ASSERT_EQ(limit.charge("a", kStart), std::nullopt);
}

TEST(RateLimit, IsExactHoweverManyAskAtOnce) {
  RateLimit limit(1000);
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) passed += !limit.charge("a", kStart);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(passed, 1000);
}

TEST(RateLimit, HoldsForNewcomersTogetherWhenThereAreTooManyNames) {
  RateLimit limit(2);
  for (std::size_t n = 0; n < RateLimit::kMostNames; ++n) {
    ASSERT_EQ(limit.charge(std::to_string(n), kStart), std::nullopt);
  }
  EXPECT_EQ(limit.charge("one more", kStart), std::nullopt);
  EXPECT_EQ(limit.charge("another", kStart), std::nullopt);
  EXPECT_NE(limit.charge("a third", kStart), std::nullopt);
  EXPECT_EQ(limit.charge("7", kStart), std::nullopt) << "who was there before keeps a count";
}

TEST(RateLimit, CountsANetworkOfIpv6AsOne) {
  EXPECT_EQ(to_rate_limited("2001:db8:1:2:3::4"), to_rate_limited("2001:db8:1:2::9"));
  EXPECT_NE(to_rate_limited("2001:db8:1:2::9"), to_rate_limited("2001:db8:1:3::9"));
  EXPECT_EQ(to_rate_limited("192.0.2.1"), "192.0.2.1");
}

TEST(RateLimitedServer, RefusesAKeyThatAsksTooMuchAsClerkDoes) {
  World world({.requests_per_key = 2});
  EXPECT_EQ(world.call("GET", "/v1/users").status, 200);
  EXPECT_EQ(world.call("GET", "/v1/users").status, 200);
  const auto refused = world.call("GET", "/v1/users");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(at(refused, "errors.0.code"), "too_many_requests");
  const auto wait = header(refused, "Retry-After");
  EXPECT_TRUE(wait == "10" || wait == "9") << wait;
  EXPECT_EQ(world.send("GET", "/.well-known/jwks.json").status, 200) << "others go on";
}

TEST(RateLimitedServer, RefusesAnAddressWithoutAKey) {
  World world({.requests_per_address = 2});
  EXPECT_EQ(world.send("GET", "/v1/environment").status, 200);
  EXPECT_EQ(world.send("GET", "/v1/users", {{"Authorization", "Bearer sk_test_guess"}}).status, 401)
      << "a guess counts as well";
  EXPECT_EQ(world.send("GET", "/v1/environment").status, 429);
  EXPECT_EQ(world.send("GET", "/v1/users", {{"Authorization", "Bearer sk_test_guess"}}).status,
            429);
  EXPECT_EQ(world.call("GET", "/v1/users").status, 200) << "a key is not held by its address";
}

TEST(RateLimitedServer, TellsAPersonInWords) {
  World world({.requests_per_address = 1});
  EXPECT_NE(world.send("GET", "/v1/tickets/accept?ticket=x").status, 429);
  const auto refused = world.send("GET", "/v1/tickets/accept?ticket=x");
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.body.find("Too many requests"), std::string::npos);
  EXPECT_NE(header(refused, "Retry-After"), "");
}

}  // namespace
}  // namespace tenens::http::test
