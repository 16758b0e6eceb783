#include "store/sqlite/sqlite_clock.hpp"

#include <algorithm>
#include <utility>

namespace tenens::store {

SqliteClock::SqliteClock(const Clock& wall, Instant mark, Remember remember, Steady steady)
    : wall_(wall),
      remember_(std::move(remember)),
      steady_(std::move(steady)),
      told_(mark),
      told_at_(steady_()) {}

Instant SqliteClock::now() const {
  const std::lock_guard lock(mutex_);
  const auto at = steady_();
  told_ = std::max(Fine(wall_.now()), told_ + (at - told_at_) / 2);
  told_at_ = at;
  const auto now = std::chrono::floor<milliseconds>(told_);
  remember_(now);
  return now;
}

milliseconds SqliteClock::ahead() const {
  return std::max(milliseconds(0), now() - wall_.now());
}

}  // namespace tenens::store
