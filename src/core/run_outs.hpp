// That an impersonation ran out by itself is noted in the audit, which says so of every other end:
// for how long somebody acted is known after its session's row has gone.
#pragma once

#include <cstdint>
#include <deque>

#include "core/store.hpp"

namespace tenens {

/// Goes through the impersonations that are open, again and again. For one thread.
class RunOuts {
 public:
  /// So few in one commit that nobody who waits for the same one notices.
  static constexpr std::int64_t kMostNoted = 100;
  static constexpr std::int64_t kMostLookedAt = 1000;

  struct Step {
    std::int64_t noted = 0;
    bool sweep_ended = false;  // the next step begins with the oldest session anew
  };

  RunOuts(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Looks at some sessions, which waits for no writer, and notes those that have run out: at the
  /// moment when they did, and some seconds after it. Failures: the store's; the next step then
  /// tries the same again.
  [[nodiscard]] Result<Step> step();

 private:
  struct Rest {
    InstanceId instance_id;
    SessionId after;
  };
  [[nodiscard]] Done begin_sweep();

  Store& store_;
  const Clock& clock_;
  std::deque<Rest> rest_;  // of this sweep; the first is under way
};

}  // namespace tenens
