// Time that only goes forward, for decisions that must not be taken back.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>

#include "base/instant.hpp"

namespace tenens::store {

/// The machine's wall clock, as long as that goes forward. Set back, it is not followed: time goes
/// on at half speed until the wall clock has caught up, so that nothing that has run out comes
/// back, and nothing lives more than twice as long as it should.
class SqliteClock final : public Clock {
 public:
  using Steady = std::function<std::chrono::steady_clock::time_point()>;
  using Remember = std::function<void(Instant)>;

  /// `wall` must outlive this. Never tells less than `mark`. `remember` is called before a moment
  /// is told, by whichever thread asks.
  SqliteClock(
      const Clock& wall, Instant mark, Remember remember = [](Instant) {},
      Steady steady = [] { return std::chrono::steady_clock::now(); });

  [[nodiscard]] Instant now() const override;
  /// By how much the wall clock is behind. Zero almost always.
  [[nodiscard]] milliseconds ahead() const;

 private:
  using Fine = std::chrono::sys_time<std::chrono::nanoseconds>;

  const Clock& wall_;
  const Remember remember_;
  const Steady steady_;
  mutable std::mutex mutex_;
  mutable Fine told_;
  mutable std::chrono::steady_clock::time_point told_at_;
};

}  // namespace tenens::store
