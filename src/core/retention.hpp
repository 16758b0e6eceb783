// Tokens and sessions that have been over for so long that nobody asks for them any more are
// removed, a few at a time. The audit keeps what is known of them.
#pragma once

#include <chrono>
#include <deque>

#include "core/actor_tokens.hpp"

namespace tenens {

/// An Idempotency-Key must find its token.
inline constexpr seconds kLeastRetention = kIdempotencyLife;

/// Goes through every table from its oldest record on, again and again. A record goes only when
/// both its own time and its ticket's have been over for `settings.retention`: a ticket whose
/// record is gone is refused twice, as expired and as unknown. For one thread.
class Retention {
 public:
  /// So few in one commit that nobody who waits for the same one notices.
  static constexpr std::int64_t kMostRemoved = 100;
  static constexpr std::int64_t kMostLookedAt = 1000;

  struct Step {
    Removable what{};
    std::int64_t removed = 0;  // tokens, each with the session that it opened, or browsers
    bool sweep_ended = false;  // the next step begins with the oldest records anew
  };

  /// `settings.retention` must be set.
  Retention(Store& store, const Clock& clock, const Settings& settings)
      : store_(store), clock_(clock), settings_(settings) {}

  /// Looks at some records, which waits for no writer, and removes those of them that are over.
  /// Failures: the store's; the next step then tries the same again.
  [[nodiscard]] Result<Step> step();

 private:
  struct Rest {
    InstanceId instance_id;
    Stretch stretch;
  };
  [[nodiscard]] Done begin_sweep();

  Store& store_;
  const Clock& clock_;
  const Settings& settings_;
  std::deque<Rest> rest_;  // of this sweep; the first is under way
};

}  // namespace tenens
