// Time as the database tells it, so that every node agrees on what has expired.
#pragma once

#include <atomic>
#include <mutex>

#include "base/instant.hpp"
#include "store/postgres/connection.hpp"

namespace tenens::store::postgres {

/// The machine's steady clock plus its distance to the database's clock, as last measured. Never
/// goes backwards: should the database's clock (that of another host, after a failover), it goes on
/// at half speed until it is caught up with. While the database is away it goes on by itself.
class DatabaseClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;

  /// Asks the database, if it has not been asked within the last second. Throws PostgresError.
  void refresh(Connection& connection);

 private:
  std::atomic<std::int64_t> offset_ms_{0};
  std::atomic<SteadyTime::rep> measured_at_{0};
  mutable std::mutex mutex_;
  // What was told, since the database's epoch, and when on the machine's clock. Finer than what is
  // told: half of a millisecond is not nothing.
  mutable SteadyTime::duration told_{0};
  mutable SteadyTime told_at_{};
};

}  // namespace tenens::store::postgres
