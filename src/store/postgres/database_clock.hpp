// Time as the database tells it, so that every node agrees on what has expired.
#pragma once

#include <atomic>

#include "base/instant.hpp"
#include "store/postgres/connection.hpp"

namespace tenens::store::postgres {

/// The machine's steady clock plus its distance to the database's clock, as last measured. Never
/// goes backwards: should the database's clock (that of another host, after a failover), it stands
/// still until it is caught up with. While the database is away it goes on by itself.
class DatabaseClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;

  /// Asks the database, if it has not been asked within the last second. Throws PostgresError.
  void refresh(Connection& connection);

 private:
  std::atomic<std::int64_t> offset_ms_{0};
  std::atomic<SteadyTime::rep> measured_at_{0};
  mutable std::atomic<std::int64_t> latest_ms_{0};
};

}  // namespace tenens::store::postgres
