// Opens connections to the host that decides: of several, the one whose history goes furthest.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "store/postgres/connection.hpp"

namespace tenens::store::postgres {

/// A promotion begins a new timeline. A former primary that comes back as it was is still willing
/// to take reads and writes on the old one, where what has been acknowledged since never happened;
/// so nobody goes back to a lower timeline than one that was seen. Thread-safe.
class Connector {
 public:
  /// Connects to nothing yet.
  Connector(std::string url, bool require_sync_standby);

  /// For reads. Throws StoreError.
  [[nodiscard]] std::unique_ptr<Connection> connect();
  /// For writes: durable commits, and a synchronous standby where one is required.
  [[nodiscard]] std::unique_ptr<Connection> connect_writer();
  /// The connection's host has been overtaken by another.
  [[nodiscard]] bool is_outdated(const Connection& connection) const {
    return connection.timeline() < newest_timeline_.load();
  }
  /// Looks at each host of the URL, so that the first connection is to the right one.
  void survey();

 private:
  [[nodiscard]] std::unique_ptr<Connection> open(bool for_writes);
  void admit(Connection& connection, bool for_writes);

  const std::string url_;
  const std::vector<Host> hosts_;  // of the URL
  const bool require_sync_standby_;
  std::atomic<std::int64_t> newest_timeline_{0};
};

}  // namespace tenens::store::postgres
