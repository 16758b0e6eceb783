// The database that the operator chose, and the clock that goes with it.
#pragma once

#include <memory>
#include <string>

#include "base/instant.hpp"
#include "base/log.hpp"
#include "core/store.hpp"
#include "server/config.hpp"

namespace tenens::server {

class Database {
 public:
  /// Throws StoreError, with a text for the operator.
  explicit Database(const Config& config);

  [[nodiscard]] Store& store() { return *store_; }
  /// For a file this machine's, but that it never goes back; the database's own where several
  /// machines share it.
  [[nodiscard]] const Clock& clock() const { return *clock_; }
  /// What to say of it at the start, each line ended; no password.
  [[nodiscard]] const std::string& announcement() const { return announcement_; }

 private:
  void open_sqlite(const Config& config);
  void open_postgres(const Config& config);

  SystemClock system_clock_;
  Log log_;
  std::unique_ptr<Store> store_;  // after what it reports to
  const Clock* clock_ = nullptr;
  std::string announcement_;
};

}  // namespace tenens::server
