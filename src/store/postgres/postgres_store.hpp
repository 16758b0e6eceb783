// The store in PostgreSQL 15 or later: durable when a write returns, as far as the cluster
// promises; any number of processes at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/instant.hpp"
#include "core/store.hpp"

namespace tenens::store {

struct PostgresOptions {
  std::string url;  // as libpq has it; several hosts and target_session_attrs are its business
  bool require_sync_standby = false;
  bool may_be_new = true;      // or else StoreError where there are no tables of ours
  std::size_t readers = 8;     // connections for `read`; further callers wait
  std::size_t writers = 2;     // connections for `write`
  std::size_t max_batch = 64;  // closures that share one commit
  /// Told of each act whose commit nobody confirmed. Must not throw.
  std::function<void(const AuditEvent&)> on_unknown_outcome = [](const AuditEvent&) {};
};

struct ClusterPromise {
  std::string place;  // host:port/database
  std::string server_version;
  int server_major = 0;
  std::string synchronous_commit;
  bool durable_on_server = false;                  // fsync
  bool waits_for_standby = false;                  // a commit waits until a standby has it on disk
  std::optional<std::int64_t> sync_standbys = {};  // connected now; absent: may not look
  std::int64_t schema_version = 0;
  std::int64_t known_schema_version = 0;  // by this program
};

class PostgresStore : public Store {
 public:
  /// The database's time, the same for all nodes. Dies with the store.
  [[nodiscard]] virtual const Clock& clock() const = 0;
  /// As it was at the start.
  [[nodiscard]] virtual const ClusterPromise& promise() const = 0;
};

/// Connects and brings the schema up to date. Throws StoreError, with a text for the operator that
/// holds no password, if that is impossible, or if a synchronous standby is required and there is
/// none. With `require_sync_standby`, connections to a host without one are refused later as well.
///
/// A database that goes away answers `unavailable`, and `outcome_unknown` to whoever was waiting
/// for a commit; connections are opened anew with the next call. No call waits for ever: 15 s at
/// most, and not at all once the database has been silent for 3 s. What became of an unknown
/// outcome is written to the audit when the database answers again.
[[nodiscard]] std::unique_ptr<PostgresStore> open_postgres(const PostgresOptions& options);

}  // namespace tenens::store
