// Moments and durations. Bare numbers exist only at the wire, in SQL and in JWT claims.
#pragma once

#include <chrono>
#include <cstdint>

namespace tenens {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Wall-clock moment, to the millisecond, as Clerk's API counts.
using Instant = std::chrono::sys_time<milliseconds>;

[[nodiscard]] constexpr std::int64_t to_unix_ms(Instant at) {
  return at.time_since_epoch().count();
}
[[nodiscard]] constexpr std::int64_t to_unix_seconds(Instant at) {
  return std::chrono::floor<seconds>(at).time_since_epoch().count();
}
[[nodiscard]] constexpr Instant from_unix_ms(std::int64_t ms) {
  return Instant(milliseconds(ms));
}

/// Time comes in from outside, so that expiry is tested without sleeping.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace tenens
