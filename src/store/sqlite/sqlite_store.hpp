// The store in one SQLite file: durable when a write returns, one process at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/instant.hpp"
#include "core/store.hpp"

namespace tenens::store {

/// 2 ms where this process has a single core, which a commit keeps from requests for as long as
/// several of them take; none where there is a second one.
[[nodiscard]] milliseconds default_patience();

struct SqliteOptions {
  std::string path;                            // ":memory:" is a database that dies with the store
  std::size_t readers = 4;                     // connections for `read`; further callers wait
  std::size_t max_batch = 256;                 // closures that share one commit
  int checkpoint_pages = 500;                  // of 4 KiB; see group_commit.hpp
  milliseconds patience = default_patience();  // for company in a commit; see group_commit.hpp
  bool may_be_new = true;                      // or else StoreError where there is no file
  bool begin_anew = false;  // accepts a restored copy, and forgets the time; see `recover`
  const Clock* wall_clock = nullptr;  // null: the machine's
};

class SqliteStore : public Store {
 public:
  /// The machine's time, but for going back: that it never does. Dies with the store.
  [[nodiscard]] virtual const Clock& clock() const = 0;
  /// By how much the wall clock is behind it.
  [[nodiscard]] virtual milliseconds ahead() const = 0;
};

/// Opens the file, creating it with mode 0600 and bringing its schema up to date. Beside it lie
/// `-wal`, `-shm` (SQLite's own), `.lock` and `.high-water`. Throws StoreError, with a text for the
/// operator, if another process has it open, if others may read it, if it is not ours or newer than
/// this program, if it is older than what was acknowledged here, or if the disk refuses.
///
/// After an I/O error or a corrupt page the store refuses every write as `unavailable`, until it
/// has opened the database anew: a sync that failed once must not be tried again and believed. It
/// tries once a second, while somebody writes. If commits are missing then that were confirmed, it
/// refuses every read as well. A full disk is not such an error; writes resume when there is space.
[[nodiscard]] std::unique_ptr<SqliteStore> open_sqlite(const SqliteOptions& options);

}  // namespace tenens::store
