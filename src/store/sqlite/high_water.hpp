// What a database has been through, noted in it and beside it, so that an older copy of it, put in
// its place, is noticed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/instant.hpp"
#include "store/sqlite/sqlite_db.hpp"

namespace tenens::store {

struct HighWater {
  std::string lineage;       // random; another one after each accepted restore
  std::int64_t commits = 0;  // in this lineage
  Instant time = {};         // nobody was told a later one
};

/// `<path>.high-water`. Not part of a backup: it must stay behind when the database goes back.
class HighWaterFile {
 public:
  /// Throws StoreError. A file that does not exist is created by the first `note`.
  explicit HighWaterFile(std::string path);
  ~HighWaterFile();
  HighWaterFile(const HighWaterFile&) = delete;
  HighWaterFile& operator=(const HighWaterFile&) = delete;

  /// Nothing, if there is no file. Throws StoreError if it cannot be read or understood.
  [[nodiscard]] std::optional<HighWater> read() const;
  /// Hands it to the kernel: it outlives the process at once, the machine within seconds. Throws
  /// StoreError.
  void note(const HighWater&);
  /// Until the disk has it. Throws StoreError.
  void sync();

 private:
  void create();

  const std::string path_;
  int descriptor_ = -1;
};

/// Throws StoreError, with the remedy, if the database is older than what the file says, or of
/// another lineage. Changes nothing.
void refuse_misfit(Db& db, const std::string& path, const HighWaterFile& file);

/// The database has fewer commits than were confirmed.
class LostCommits : public StoreError {
 public:
  LostCommits() : StoreError("the disk has lost what it had confirmed") {}
};

/// The two kept in step. Committing is for one thread; time may be told by any.
class HighWaterMark {
 public:
  /// `file` is null for a database that nobody can restore. Throws StoreError as
  /// refuse_misfit does. With `begin_anew` the database may be anything, and has a new lineage, and
  /// no time behind it, from its next commit on.
  HighWaterMark(Db& db, const std::string& path, std::unique_ptr<HighWaterFile> file,
                bool begin_anew);

  /// No earlier than anybody was told.
  [[nodiscard]] Instant time() const { return mark_.time; }
  /// Before `now` is told to anybody: notes that it may have been, about once a second.
  void will_tell(Instant now);

  /// Within a transaction: its commit is the next one.
  void stamp(Db& db, Instant now);
  /// After its commit, before anybody is told of it. Throws StoreError.
  void confirm();
  /// The database was opened anew, after a commit whose outcome is not known. Throws LostCommits,
  /// and StoreError.
  void read_again(Db& db);
  /// Nothing more will be told or committed. Throws StoreError.
  void close(Instant now);

 private:
  void note();

  std::unique_ptr<HighWaterFile> file_;
  std::mutex mutex_;
  HighWater mark_;  // its time is the latest that may be told without noting it first
  std::atomic<std::int64_t> may_tell_ms_ = 0;  // the same, to be read without the mutex
  bool is_ours_ = true;  // false: begun anew, and nothing committed yet, so the file is another's
};

}  // namespace tenens::store
