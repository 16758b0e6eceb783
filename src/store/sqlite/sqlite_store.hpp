// The store in one SQLite file: durable when a write returns, one process at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/store.hpp"

namespace tenens::store {

struct SqliteOptions {
  std::string path;             // ":memory:" is a database that dies with the store
  std::size_t readers = 4;      // connections for `read`; further callers wait
  std::size_t max_batch = 256;  // closures that share one commit
  int checkpoint_pages = 2000;  // of 4 KiB; see group_commit.hpp
};

/// Opens the file, creating it with mode 0600 and bringing its schema up to date. Beside it lie
/// `-wal`, `-shm` (SQLite's own) and `.lock`. Throws StoreError, with a text for the operator, if
/// another process has it open, if others may read it, if it is not ours or newer than this
/// program, or if the disk refuses.
///
/// After an I/O error or a corrupt page the store refuses every later write as `unavailable`, until
/// opened anew: a sync that failed once must not be tried again and believed. A full disk is not
/// such an error; writes resume when there is space.
[[nodiscard]] std::unique_ptr<Store> open_sqlite(const SqliteOptions& options);

}  // namespace tenens::store
