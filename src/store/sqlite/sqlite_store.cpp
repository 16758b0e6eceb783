#include "store/sqlite/sqlite_store.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include "store/schema/sqlite_migrations.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/group_commit.hpp"
#include "store/sqlite/high_water.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/read_pool.hpp"
#include "store/sqlite/sqlite_clock.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens::store {
namespace {

constexpr const char* kMemory = ":memory:";

GroupCommitOptions to_group_commit(const SqliteOptions& options) {
  return {.max_batch = options.max_batch,
          .patience = options.path == kMemory ? milliseconds{0} : options.patience,
          .checkpoint_pages = options.checkpoint_pages};
}

std::unique_ptr<Db> open_writer(const std::string& path) {
  auto db = std::make_unique<Db>(path, Db::Mode::read_write);
  // FULL syncs the log at every commit. NORMAL loses acknowledged commits at a power cut.
  // secure_delete: a key that is encrypted now must not stay clear in what is free of its page.
  db->execute(
      "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;"
      " PRAGMA secure_delete = ON;");
  return db;
}

void start_write_ahead_log(Db& db) {
  if (db.text("PRAGMA journal_mode = WAL") != "wal") {
    throw StoreError(
        "its file system cannot share memory between connections, as SQLite's WAL needs");
  }
  // Starts from an empty log.
  db.check(sqlite3_wal_checkpoint_v2(db.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                     nullptr));
}

/// After an error of the disk, or a run of which nobody knows whether that ended it: what the disk
/// itself has of the log goes into the database once more. A checkpoint counts pages as written
/// that nobody has synced, in memory that lives as long as any connection does. Whoever is alone
/// makes that anew, and nobody is, while another program reads: SQLITE_BUSY.
std::unique_ptr<Db> open_from_log(const std::string& path, milliseconds patience) {
  forget_cached(path);
  {
    Db alone(path, Db::Mode::read_write);
    alone.leave_log();
    alone.wait_for_locks(patience);
    alone.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;");
    start_write_ahead_log(alone);
  }
  return open_writer(path);
}

const Clock& wall_clock_of(const SqliteOptions& options) {
  static const SystemClock machine;
  return options.wall_clock == nullptr ? machine : *options.wall_clock;
}

OpenDatabase open_database(std::unique_ptr<Db> db, const SqliteOptions& options,
                           std::unique_ptr<HighWaterFile> file = nullptr) {
  auto mark =
      std::make_unique<HighWaterMark>(*db, options.path, std::move(file), options.begin_anew);
  return {.db = std::move(db), .mark = std::move(mark), .open_again = {}};
}

SqliteClock::Remember teller(HighWaterMark& mark) {
  return [&mark](Instant now) { mark.will_tell(now); };
}

class MemoryStore final : public SqliteStore {
 public:
  MemoryStore(OpenDatabase database, const SqliteOptions& options)
      : clock_(wall_clock_of(options), database.mark->time(), teller(*database.mark)),
        writer_(std::move(database), clock_, to_group_commit(options)) {}

  Done write(const std::function<Done(WriteTx&)>& work) override { return writer_.write(work); }
  Done read(const std::function<Done(ReadTx&)>& work) override { return writer_.read(work); }
  Done check() override { return {}; }  // there is no disk to be silent
  const Clock& clock() const override { return clock_; }
  milliseconds ahead() const override { return clock_.ahead(); }

 private:
  SqliteClock clock_;
  GroupCommit writer_;
};

class FileStore final : public SqliteStore {
 public:
  FileStore(std::unique_ptr<DatabaseLock> lock, OpenDatabase database,
            std::shared_ptr<ReadPool> readers, const SqliteOptions& options)
      : lock_(std::move(lock)),
        clock_(wall_clock_of(options), database.mark->time(), teller(*database.mark)),
        writer_(std::move(database), clock_, to_group_commit(options)),
        readers_(std::move(readers)) {}

  Done write(const std::function<Done(WriteTx&)>& work) override { return writer_.write(work); }
  Done read(const std::function<Done(ReadTx&)>& work) override { return readers_->read(work); }
  Done check() override {
    if (!readers_->is_open()) return refuse(Code::unavailable, {}, "the disk has to be read anew");
    return SqliteStore::check();
  }
  const Clock& clock() const override { return clock_; }
  milliseconds ahead() const override { return clock_.ahead(); }

 private:
  // Destroyed from below: the writer is the last to close, so it is the one that checkpoints.
  std::unique_ptr<DatabaseLock> lock_;
  SqliteClock clock_;
  GroupCommit writer_;
  std::shared_ptr<ReadPool> readers_;  // the writer's, too: to open again, it closes them
};

std::unique_ptr<SqliteStore> open_memory(const SqliteOptions& options) {
  auto db = open_writer(kMemory);
  migrate(*db, kMemory, kSqliteMigrations);
  return std::make_unique<MemoryStore>(open_database(std::move(db), options), options);
}

std::unique_ptr<SqliteStore> open_file(SqliteOptions options) {
  const auto path = options.path = canonical_path(options.path);
  if (!options.may_be_new && !std::filesystem::exists(path)) {
    throw StoreError(path + " does not exist");
  }
  const auto folder = std::filesystem::path(path).parent_path();
  if (!std::filesystem::exists(folder)) {
    throw StoreError("there is no directory " + folder.string() + " for the database");
  }
  auto lock = std::make_unique<DatabaseLock>(path);
  const auto mark = path + ".high-water";
  // Where there was nothing, nothing can be pending again, whatever a mark says that was left.
  if (ensure_private_file(path)) std::filesystem::remove(mark);
  try {
    auto db = has_log(path) ? open_from_log(path, Db::kPatience) : open_writer(path);
    migrate(*db, path, kSqliteMigrations);
    start_write_ahead_log(*db);
    auto database = open_database(std::move(db), options, std::make_unique<HighWaterFile>(mark));
    for (const auto* suffix : {"", "-wal", "-shm", ".lock", ".high-water"}) {
      give_to_owner(path + suffix);
    }
    auto readers = std::make_shared<ReadPool>(path, options.readers);
    database.open_again = [path, readers](const std::function<void(Db&)>& accept) {
      std::unique_ptr<Db> again;
      readers->while_closed([&] {
        again = open_from_log(path, {});  // who reads waits already
        start_write_ahead_log(*again);
        try {
          accept(*again);
        } catch (const LostCommits& lost) {
          // A session that was ended would be alive in there.
          readers->set_refusal(lost.what());
          again->leave_log();
          throw;
        }
        readers->set_refusal({});
      });
      return again;
    };
    return std::make_unique<FileStore>(std::move(lock), std::move(database), std::move(readers),
                                       options);
  } catch (const SqliteError& error) {
    const std::string_view whose =
        error.is_busy() ? ", by another program that has it open, such as a shell or a backup" : "";
    throw StoreError("cannot open " + path + ": " + error.what() + std::string(whose));
  }
}

}  // namespace

milliseconds default_patience() {
  return milliseconds{tasks::usable_cores() == 1 ? 2 : 0};
}

std::unique_ptr<SqliteStore> open_sqlite(const SqliteOptions& options) {
  if (sqlite3_threadsafe() == 0) throw StoreError("this SQLite was built without threads");
  if (options.path.empty()) throw StoreError("the database has no path");
  // Nobody asks SQLite how much memory it has, and to know it takes a lock at each allocation. No
  // more than a loss of time where SQLite has been used before.
  static const int counts_no_memory = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(counts_no_memory);
  return options.path == kMemory ? open_memory(options) : open_file(options);
}

}  // namespace tenens::store
