// Time does not go back, neither while the wall clock is set nor across a restart.
#include "store/sqlite/sqlite_clock.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "store/sqlite/high_water.hpp"
#include "store/sqlite/sqlite_db.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/fakes.hpp"
#include "support/store_home.hpp"
#include "support/store_records.hpp"

namespace tenens::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

class Time : public testing::Test {
 protected:
  void pass(milliseconds by) {
    wall_.advance(by);
    steady_ += by;
  }
  store::SqliteClock clock(Instant mark = {}) {
    return {wall_, mark, [](Instant) {}, [this] { return steady_; }};
  }
  /// The machine's owner sets its clock.
  void set_wall(milliseconds by) { wall_.advance(by); }

  FakeClock wall_;
  steady_clock::time_point steady_ = steady_clock::now();
};

TEST_F(Time, IsTheWallClocks) {
  const auto time = clock();
  for (int n = 0; n < 5; ++n) {
    EXPECT_EQ(time.now(), wall_.now());
    pass(7min);
  }
  set_wall(1h);
  EXPECT_EQ(time.now(), wall_.now());
  EXPECT_EQ(time.ahead(), 0ms);
}

TEST_F(Time, GoesOnAtHalfSpeedWhileTheWallClockIsBehind) {
  const auto time = clock();
  const auto before = time.now();
  set_wall(-1h);
  EXPECT_EQ(time.now(), before);
  EXPECT_EQ(time.ahead(), 1h);
  for (int n = 0; n < 60'000; ++n) {  // asked often, as a busy server does
    pass(1ms);
    (void)time.now();
  }
  EXPECT_EQ(time.now(), before + 30s);
  pass(1h);
  EXPECT_EQ(time.now(), before + 30min + 30s);
  EXPECT_EQ(time.ahead(), 29min + 30s);
  pass(1h);
  EXPECT_EQ(time.now(), wall_.now());
  EXPECT_EQ(time.ahead(), 0ms);
}

TEST_F(Time, BeginsNoEarlierThanItsMark) {
  const auto mark = wall_.now() + 10min;
  const auto time = clock(mark);
  EXPECT_EQ(time.now(), mark);
  pass(20min);
  EXPECT_EQ(time.now(), wall_.now());
}

class TimeOfAFile : public testing::Test {
 protected:
  std::unique_ptr<store::SqliteStore> open(bool begin_anew = false) {
    return store::open_sqlite(
        {.path = directory_.file("tenens.db"), .begin_anew = begin_anew, .wall_clock = &wall_});
  }
  static void write(Store& store) {
    const auto done = store.write([](WriteTx& tx) -> Done {
      tx.append(event(AuditAction::session_ended));
      return {};
    });
    ASSERT_TRUE(done) << done.error().detail;
  }

  TemporaryDirectory directory_;
  FakeClock wall_;
};

TEST_F(TimeOfAFile, OutlivesARestartWithTheClockSetBack) {
  auto store = open();
  wall_.advance(1h);
  write(*store);
  const auto before = store->clock().now();
  store.reset();
  wall_.advance(-2h);
  store = open();
  EXPECT_GE(store->clock().now(), before);
  EXPECT_GT(store->ahead(), 1h + 59min);
}

TEST_F(TimeOfAFile, IsInTheDatabaseItself) {
  auto store = open();
  wall_.advance(1h);
  write(*store);
  store.reset();
  store::Db db(directory_.file("tenens.db"), store::Db::Mode::read_only);
  EXPECT_EQ(db.integer("SELECT time FROM lineage"), to_unix_ms(wall_.now()));
}

// Reads tell the time as well: what they called expired must stay so, also if the process dies.
TEST_F(TimeOfAFile, IsNotedBeforeItIsTold) {
  auto store = open();
  write(*store);
  const auto file = directory_.file("tenens.db.high-water");
  const auto as_killed_now = directory_.file("mark");
  for (const auto pause : {1h, 0h, 1h}) {
    wall_.advance(pause);
    wall_.advance(700ms);
    const auto told = store->clock().now();
    fs::copy_file(file, as_killed_now, fs::copy_options::overwrite_existing);
    EXPECT_GE(store::HighWaterFile(as_killed_now).read()->time, told);
    EXPECT_LE(store::HighWaterFile(as_killed_now).read()->time, told + 1s);
  }
}

TEST_F(TimeOfAFile, BeginsAnewWhereTheOperatorSaysSo) {
  auto store = open();
  wall_.advance(24h * 365);
  write(*store);
  store.reset();
  wall_.advance(-24h * 365);
  store = open(true);
  // The fake wall clock stands still, and time goes on.
  EXPECT_LT(store->ahead(), 1min);
  write(*store);
  store.reset();
  EXPECT_LT(open()->ahead(), 1min);
}

}  // namespace
}  // namespace tenens::test
