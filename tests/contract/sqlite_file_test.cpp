// What only a file can get wrong: who may open it, who may read it, which schema it has.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <barrier>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <optional>
#include <thread>
#include <vector>

#include "store/schema/sqlite_migrations.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/read_pool.hpp"
#include "support/other_program.hpp"
#include "support/store_home.hpp"
#include "support/store_records.hpp"
#include "tasks/task_thread.hpp"

namespace tenens::test {
namespace {

namespace fs = std::filesystem;

class SqliteFile : public testing::Test {
 protected:
  std::unique_ptr<Store> open() { return store::open_sqlite({.path = path_}); }
  /// What opening says; "" if it succeeds.
  std::string refusal(const std::string& path) {
    try {
      const auto store = store::open_sqlite({.path = path});
      return "";
    } catch (const StoreError& error) {
      return error.what();
    }
  }
  std::string refusal() { return refusal(path_); }

  void raw(const std::string& sql) { const OtherProgram done(path_, sql.c_str()); }
  static bool write_token(Store& store, int number) {
    return store
        .write([&](WriteTx& tx) -> Done {
          tx.insert(pending_token(number));
          return {};
        })
        .has_value();
  }
  static std::int64_t count_tokens(Store& store) {
    std::int64_t count = -1;
    const auto done = store.read([&](ReadTx& tx) -> Done {
      count = tx.count_actor_tokens(kHere, {});
      return {};
    });
    EXPECT_TRUE(done);
    return count;
  }

  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("tenens.db");
};

mode_t mode_of(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777 : 0;
}

TEST_F(SqliteFile, EveryFileBelongsToItsOwnerOnly) {
  const mode_t before = ::umask(0);
  const auto store = open();
  ::umask(before);
  ASSERT_TRUE(write_token(*store, 1));
  EXPECT_EQ(count_tokens(*store), 1);
  for (const auto* suffix : {"", "-wal", "-shm", ".lock", ".high-water"}) {
    EXPECT_EQ(mode_of(path_ + suffix), 0600U) << suffix;
  }
}

TEST_F(SqliteFile, AFileThatOthersCanReadIsRefusedWithItsRemedy) {
  open().reset();
  fs::permissions(path_, fs::perms(0644));
  EXPECT_TRUE(contains(refusal(), "mode 0644")) << refusal();
  EXPECT_TRUE(contains(refusal(), "chmod 600 " + fs::canonical(path_).string())) << refusal();
  fs::permissions(path_, fs::perms(0600));
  EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteFile, ASecondOpenerIsRefusedAndToldWhoIsFirst) {
  auto store = open();
  const auto expected = "in use by another tenensd (process " + std::to_string(::getpid()) + ")";
  EXPECT_TRUE(contains(refusal(), expected)) << refusal();
  ASSERT_TRUE(write_token(*store, 1)) << "the first is not disturbed";
  store.reset();
  EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteFile, ASecondOpenerUnderAnotherSpellingIsRefused) {
  const auto store = open();
  EXPECT_TRUE(contains(refusal(directory_.file("./../") +
                               fs::path(path_).parent_path().filename().string() + "/tenens.db"),
                       "in use"));
  fs::create_symlink(path_, directory_.file("link.db"));
  EXPECT_TRUE(contains(refusal(directory_.file("link.db")), "in use"));
}

TEST_F(SqliteFile, ASecondNameForTheFileIsRefused) {
  open().reset();
  fs::create_hard_link(path_, directory_.file("other.db"));
  EXPECT_TRUE(contains(refusal(directory_.file("other.db")), "hard link"));
}

TEST_F(SqliteFile, AnotherProcessIsRefusedAndTheLockDiesWithItsHolder) {
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open();
    const char ok = write_token(*store, 1) ? 'y' : 'n';
    (void)!::write(ready[1], &ok, 1);
    ::pause();
    ::_exit(0);
  }
  char ok = '?';
  ASSERT_EQ(::read(ready[0], &ok, 1), 1);
  EXPECT_EQ(ok, 'y');
  const auto text = refusal();
  EXPECT_TRUE(contains(text, "(process " + std::to_string(child) + ")")) << text;

  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(count_tokens(*open()), 1) << "what was acknowledged survives its process";
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(SqliteFile, ClosingLeavesOneCompleteFile) {
  auto store = open();
  ASSERT_TRUE(write_token(*store, 1));
  EXPECT_EQ(count_tokens(*store), 1);
  store.reset();
  EXPECT_FALSE(fs::exists(path_ + "-wal"));
  fs::rename(path_, directory_.file("moved.db"));
  fs::rename(path_ + ".high-water", directory_.file("moved.db.high-water"));
  EXPECT_EQ(count_tokens(*store::open_sqlite({.path = directory_.file("moved.db")})), 1);
}

TEST_F(SqliteFile, ANewerSchemaIsRefusedAndLeftAlone) {
  open().reset();
  raw("PRAGMA user_version = 99");
  EXPECT_TRUE(contains(refusal(), "schema version 99")) << refusal();
  EXPECT_TRUE(contains(refusal(), "newer")) << refusal();
  raw("PRAGMA user_version = " + std::to_string(store::kSqliteMigrations.size()));
  EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteFile, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
  raw("CREATE TABLE recipes (name TEXT)");
  fs::permissions(path_, fs::perms(0600));
  EXPECT_TRUE(contains(refusal(), "another program")) << refusal();
  raw("INSERT INTO recipes VALUES ('still here')");
}

TEST_F(SqliteFile, WhatIsNotADatabaseIsRefusedByName) {
  std::ofstream(path_) << std::string(8192, 'x');
  fs::permissions(path_, fs::perms(0600));
  EXPECT_TRUE(contains(refusal(), "tenens.db")) << refusal();
  EXPECT_TRUE(contains(refusal(), "not a database")) << refusal();
  EXPECT_TRUE(contains(refusal(directory_.file("missing/tenens.db")), "there is no directory"));
  fs::create_directory(directory_.file("folder"));
  EXPECT_TRUE(contains(refusal(directory_.file("folder")), "not a regular file"));
  EXPECT_NE(refusal(""), "");
}

TEST_F(SqliteFile, AStepThatFailsTakesTheStepsBeforeItBack) {
  std::ofstream(path_).close();
  store::Db db(path_, store::Db::Mode::read_write);
  const std::array<std::string_view, 2> broken = {"CREATE TABLE one (x); CREATE TABLE two (x)",
                                                  "CREATE TABLE three (x); CREATE TABLE one (x)"};
  EXPECT_THROW(store::migrate(db, path_, broken), StoreError);
  EXPECT_EQ(db.integer("PRAGMA user_version"), 0);
  EXPECT_EQ(db.integer("SELECT count(*) FROM sqlite_schema"), 0);

  store::migrate(db, path_, std::span(broken).first(1));
  EXPECT_EQ(db.integer("PRAGMA user_version"), 1);
  EXPECT_THROW(store::migrate(db, path_, broken), StoreError);
  EXPECT_EQ(db.integer("PRAGMA user_version"), 1) << "the next step failed, the first stays";
  EXPECT_EQ(db.integer("SELECT count(*) FROM sqlite_schema"), 2);
}

TEST_F(SqliteFile, HotTablesHaveNoIndexOnAColumnThatArrivesInRandomOrder) {
  open().reset();
  store::Db db(path_, store::Db::Mode::read_only);
  EXPECT_EQ(db.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'index'"
                       " AND tbl_name IN ('actor_tokens', 'sessions', 'audit_events')"
                       " AND name NOT IN ('sessions_by_client', 'sessions_to_note')"),
            0);
}

// A reader that comes while the log's index is being written looks at it once more under the
// writer's lock, for some microseconds in which the next commit may want to begin.
TEST_F(SqliteFile, NoCommitIsRefusedForAReadersSake) {
  constexpr int kReaders = 16;
  const auto store = store::open_sqlite({.path = path_, .readers = kReaders});
  std::atomic<bool> stop = false;
  std::atomic<int> next = 0;
  std::atomic<int> refused = 0;
  const auto nothing = [](ReadTx& tx) -> Done {
    static_cast<void>(tx.standing(kHere, id<UserId>(1)));
    return {};
  };
  {
    std::vector<std::jthread> threads;
    for (int reader = 0; reader < kReaders; ++reader) {
      threads.emplace_back([&] {
        while (!stop) EXPECT_TRUE(store->read(nothing));
      });
    }
    for (int writer = 0; writer < 4; ++writer) {
      threads.emplace_back([&] {
        while (!stop) refused += write_token(*store, ++next) ? 0 : 1;
      });
    }
    std::this_thread::sleep_for(std::chrono::seconds(2));
    stop = true;
  }
  EXPECT_GT(next, 100);
  EXPECT_EQ(refused, 0) << "of " << next;
}

// As after a kill: whoever comes first reads the log for all, and holds a lock meanwhile.
TEST_F(SqliteFile, WhoHoldsItForAMomentDelaysTheStartAndDoesNotPreventIt) {
  open().reset();
  std::optional<OtherProgram> other(std::in_place, path_, OtherProgram::kIsAlone);
  const std::jthread holder([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    other.reset();
  });
  EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteFile, WhoOnlyHasItOpenPreventsNoStartAfterAnOrderlyStop) {
  auto store = open();
  ASSERT_TRUE(write_token(*store, 1));
  const OtherProgram other(path_);
  store.reset();
  EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteFile, WhoPreventsTheStartIsNamed) {
  auto store = open();
  ASSERT_TRUE(write_token(*store, 1));
  std::optional<OtherProgram> other(std::in_place, path_, OtherProgram::kReads);
  store.reset();
  EXPECT_NE(refusal().find("database is locked, by another program that has it open"),
            std::string::npos)
      << refusal();
  other.reset();
  {
    const store::LookingLock looking(path_);
    EXPECT_NE(refusal().find("is being looked at, by tenensd doctor"), std::string::npos)
        << refusal();
  }
  EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteFile, WhileItIsOpenedAnewATaskThatReadsKeepsNoOtherWaiting) {
  open().reset();
  store::ReadPool readers(path_, 2);
  std::latch closed(1);
  std::latch done(1);
  std::thread opening([&] {
    readers.while_closed([&] {
      closed.count_down();
      done.wait();
    });
  });
  closed.wait();
  std::promise<bool> answered;
  std::promise<void> went_on;
  tasks::test::TaskThread thread(2);
  thread.post({[&] {
                 const auto read = readers.read([](ReadTx&) -> Done { return {}; });
                 answered.set_value(read.has_value());
               },
               [&] { went_on.set_value(); }});
  EXPECT_EQ(went_on.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
  auto answer = answered.get_future();
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  done.count_down();
  opening.join();
  EXPECT_TRUE(answer.get());
}

// Where the disk does not let the writer open the database again, nobody has it open: the first
// reader makes the log's index anew, and the others come meanwhile.
TEST_F(SqliteFile, ReadersThatComeTogetherWithoutAWriterAreAllAnswered) {
  constexpr int kReaders = 8;
  const auto copy = path_ + ".copy";
  {
    const auto store = open();
    for (int number = 0; number < 200; ++number) ASSERT_TRUE(write_token(*store, number));
    for (const auto* suffix : {"", "-wal"}) fs::copy_file(path_ + suffix, copy + suffix);
  }
  std::atomic<int> refused = 0;
  for (int round = 0; round < 100; ++round) {
    store::ReadPool readers(copy, kReaders);
    std::barrier start(kReaders);
    std::vector<std::jthread> threads;
    for (int reader = 0; reader < kReaders; ++reader) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto read = readers.read([](ReadTx& tx) -> Done {
          EXPECT_TRUE(tx.find_actor_token(kHere, id<ActorTokenId>(199)));
          return {};
        });
        refused += read ? 0 : 1;
      });
    }
  }
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace tenens::test
