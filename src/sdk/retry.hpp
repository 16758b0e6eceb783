// When to try again. A pure step function: time and chance come in, nobody sleeps here.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "clerk_backend_api/options.hpp"
#include "sdk/operations.hpp"

namespace clerk_backend_api::detail {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Longer than anybody waits; in nanoseconds, which clocks count in, 292 years are too many.
inline constexpr milliseconds kForever = std::chrono::years(1);

/// No wait is longer, whatever the server asks: a mistyped `Retry-After` must not hang a program.
inline constexpr milliseconds kMaxRetryAfter{60'000};

/// What may be repeated after what. Decided once a call.
struct RetryPolicy {
  BackoffStrategy backoff = {};
  bool if_not_sent = false;  ///< no connection was made: the server cannot have done anything
  bool if_lost = false;      ///< sent, and no whole answer came
  bool if_refused_for_now = false;  ///< 429, 502, 503, 504
};

/// `repeat` is the operation's, or `harmless` where the server honours the key that is sent along.
[[nodiscard]] RetryPolicy policy_for(Repeat repeat, const std::optional<RetryConfig>& config);

/// How one attempt ended.
struct Outcome {
  enum class Kind { answered, not_sent, lost, final };
  Kind kind = Kind::answered;
  int status = 0;                                // of `answered`
  std::optional<milliseconds> retry_after = {};  // of `answered`
};

struct RetryState {
  SteadyTime started;
  int attempts = 0;  ///< that have ended
};

struct Step {
  enum class Kind {
    wait,     ///< then try again
    give_up,  ///< would be worth another attempt, but time is up
    done,     ///< the outcome stands
  };
  Kind kind = Kind::done;
  milliseconds wait{0};
};

/// `state` already counts the attempt that `outcome` is of. `jitter` is in [0, 1).
[[nodiscard]] Step next(const RetryPolicy& policy, const RetryState& state, const Outcome& outcome,
                        SteadyTime now, double jitter);

/// Seconds, or a date (RFC 9110, section 10.2.3). Never negative; nothing if it is neither.
[[nodiscard]] std::optional<milliseconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace clerk_backend_api::detail
