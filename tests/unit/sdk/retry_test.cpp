#include "sdk/retry.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace clerk_backend_api::detail {
namespace {

using Kind = Outcome::Kind;
using namespace std::chrono_literals;

const std::optional<RetryConfig> kDefault;
const std::optional<RetryConfig> kNone = RetryConfig{.strategy = RetryStrategy::none};
const std::optional<RetryConfig> kBackoff = RetryConfig{};
const std::optional<RetryConfig> kNot = RetryConfig{.retry_connection_errors = false};
const std::optional<RetryConfig> kAsked = RetryConfig{.retry_connection_errors = true};

Outcome answered(int status) {
  return {.kind = Kind::answered, .status = status};
}

bool retries(Repeat repeat, const std::optional<RetryConfig>& config, Outcome outcome) {
  const SteadyTime start{};
  return next(policy_for(repeat, config), {.started = start, .attempts = 1}, outcome, start, 0.5)
             .kind == Step::Kind::wait;
}

struct Row {
  Repeat repeat;
  const std::optional<RetryConfig>& config;
  bool not_sent;
  bool lost;
  bool refused_for_now;
};

TEST(SdkRetry, WhatIsRetriedFollowsFromTheOperationAndTheConfig) {
  const std::vector<Row> table{
      {Repeat::harmless, kDefault, true, true, true},
      {Repeat::harmless, kNone, false, false, false},
      {Repeat::harmless, kBackoff, true, true, true},
      {Repeat::harmless, kNot, false, false, true},
      {Repeat::harmless, kAsked, true, true, true},
      {Repeat::doubles, kDefault, true, false, false},
      {Repeat::doubles, kNone, false, false, false},
      {Repeat::doubles, kBackoff, true, false, false},
      {Repeat::doubles, kNot, false, false, false},
      {Repeat::doubles, kAsked, true, true, true},
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto& [repeat, config, not_sent, lost, refused] = table[i];
    EXPECT_EQ(retries(repeat, config, {.kind = Kind::not_sent}), not_sent) << "row " << i;
    EXPECT_EQ(retries(repeat, config, {.kind = Kind::lost}), lost) << "row " << i;
    for (const int status : {429, 502, 503, 504}) {
      EXPECT_EQ(retries(repeat, config, answered(status)), refused) << "row " << i;
    }
    for (const int status : {301, 400, 401, 404, 409, 422, 500, 501}) {
      EXPECT_FALSE(retries(repeat, config, answered(status))) << "row " << i << ' ' << status;
    }
    EXPECT_FALSE(retries(repeat, config, {.kind = Kind::final})) << "row " << i;
  }
}

struct WaitRow {
  int attempts;
  double jitter;
  std::chrono::milliseconds wait;
};

TEST(SdkRetry, WaitsGrowToALimitAndJitterTakesUpToHalf) {
  const RetryPolicy policy{.backoff = {.initial_interval = 100ms,
                                       .max_interval = 1'000ms,
                                       .exponent = 2.0,
                                       .max_elapsed_time = 1h},
                           .if_not_sent = true};
  for (const auto& [attempts, jitter, wait] : std::vector<WaitRow>{{1, 0.0, 100ms},
                                                                   {2, 0.0, 200ms},
                                                                   {3, 0.0, 400ms},
                                                                   {3, 0.5, 300ms},
                                                                   {4, 0.0, 800ms},
                                                                   {5, 0.0, 1'000ms},
                                                                   {5, 0.9999, 500ms},
                                                                   {5'000, 0.0, 1'000ms}}) {
    const auto step = next(policy, {.started = {}, .attempts = attempts}, {.kind = Kind::not_sent},
                           SteadyTime{}, jitter);
    EXPECT_EQ(step.kind, Step::Kind::wait);
    EXPECT_EQ(step.wait, wait) << attempts << ' ' << jitter;
  }
}

TEST(SdkRetry, NoAttemptBeginsAfterTheTimeIsUp) {
  const RetryPolicy policy{.backoff = {.initial_interval = 100ms, .max_elapsed_time = 1'000ms},
                           .if_not_sent = true};
  const RetryState state{.started = {}, .attempts = 1};
  const Outcome outcome{.kind = Kind::not_sent};
  EXPECT_EQ(next(policy, state, outcome, SteadyTime{} + 900ms, 0.0).kind, Step::Kind::wait);
  EXPECT_EQ(next(policy, state, outcome, SteadyTime{} + 901ms, 0.0).kind, Step::Kind::give_up);
}

TEST(SdkRetry, TheServersWaitCountsUpToAMinute) {
  const RetryPolicy policy{.backoff = {.max_elapsed_time = 1h}, .if_refused_for_now = true};
  const auto wait = [&](std::chrono::milliseconds asked) {
    return next(policy, {.started = {}, .attempts = 1},
                {.kind = Kind::answered, .status = 429, .retry_after = asked}, SteadyTime{}, 0.9)
        .wait;
  };
  EXPECT_EQ(wait(7s), 7s);
  EXPECT_EQ(wait(0s), 275ms) << "as if it had said nothing: no loop without a pause";
  EXPECT_EQ(wait(24h), 60s);
}

TEST(SdkRetry, AWaitThatWouldOutlastTheCallEndsIt) {
  const RetryPolicy policy{.if_refused_for_now = true};  // 10 s in all
  EXPECT_EQ(next(policy, {.started = {}, .attempts = 1},
                 {.kind = Kind::answered, .status = 503, .retry_after = 11s}, SteadyTime{}, 0.0)
                .kind,
            Step::Kind::give_up);
}

TEST(SdkRetry, ForeverIsLong) {
  for (const std::chrono::milliseconds time :
       {std::chrono::milliseconds::max(), std::chrono::milliseconds(std::chrono::years(300))}) {
    const RetryPolicy policy{.backoff = {.max_interval = time, .max_elapsed_time = time},
                             .if_not_sent = true};
    const auto step = next(policy, {.started = {}, .attempts = 500}, {.kind = Kind::not_sent},
                           SteadyTime{} + 24h, 0.0);
    EXPECT_EQ(step.kind, Step::Kind::give_up) << "more than a year";
    EXPECT_EQ(next(policy, {.started = {}, .attempts = 1}, {.kind = Kind::not_sent},
                   SteadyTime{} + 24h, 0.0)
                  .kind,
              Step::Kind::wait);
  }
}

TEST(SdkRetry, BothFormsOfRetryAfterAreRead) {
  using std::chrono::sys_days;
  const auto now = std::chrono::system_clock::time_point(
      sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 30s);
  EXPECT_EQ(parse_retry_after("0", now), 0ms);
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), 7s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:07 GMT", now), 0s);  // in the past
  EXPECT_GT(parse_retry_after("99999999999999999999", now), 24h);
  for (const auto* text : {"", "-1", "1.5", "soon", "Sun, 06 Nov 1994",
                           "Sun, 41 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_retry_after(text, now)) << text;
  }
}

}  // namespace
}  // namespace clerk_backend_api::detail
