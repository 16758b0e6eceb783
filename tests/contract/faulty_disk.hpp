// A disk that fails on demand, between SQLite and the file system. Stores opened while one exists
// go through it.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace tenens::test {

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // While true, calls on a file whose name ends in "-wal" (log) or ".db" (database) fail.
  std::atomic<bool> log_cannot_sync = false;
  std::atomic<bool> log_is_full = false;
  std::atomic<bool> log_cannot_grow = false;
  std::atomic<bool> log_cannot_be_written = false;
  std::atomic<bool> database_cannot_sync = false;

  /// While true, a sync of the log does not return. Notify after changing it.
  std::atomic<bool> log_sync_hangs = false;

  std::atomic<int> log_syncs = 0;
  std::atomic<int> database_syncs = 0;
  std::atomic<int> writes = 0;  // on any file

 private:
  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_;
};

}  // namespace tenens::test
