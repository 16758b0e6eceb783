// Nothing is acknowledged that the disk did not confirm, and a disk that failed is not believed
// again.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <latch>
#include <optional>
#include <thread>
#include <vector>

#include "faulty_disk.hpp"
#include "support/other_program.hpp"
#include "support/store_home.hpp"
#include "support/store_records.hpp"

namespace tenens::test {
namespace {

class SqliteFaults : public testing::Test {
 protected:
  void open(int checkpoint_pages = 2000, milliseconds patience = {}) {
    store_.reset();
    store_ = store::open_sqlite({.path = directory_.file("tenens.db"),
                                 .checkpoint_pages = checkpoint_pages,
                                 .patience = patience});
  }
  /// The failure of writing a token; `nothing` if it was acknowledged.
  std::optional<Code> write(int number) {
    const auto done = store_->write([&](WriteTx& tx) -> Done {
      tx.insert(pending_token(number));
      tx.append(event(AuditAction::actor_token_created));
      return {};
    });
    return done ? std::nullopt : std::optional(done.error().code);
  }
  std::optional<Code> write_nothing() {
    const auto done = store_->write([](WriteTx&) -> Done { return {}; });
    return done ? std::nullopt : std::optional(done.error().code);
  }
  /// True as soon as a write is acknowledged.
  bool writes_within(seconds limit, int number) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      if (!write(number)) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
  }
  bool stored(int number) {
    bool found = false;
    const auto done = store_->read([&](ReadTx& tx) -> Done {
      found = tx.find_actor_token(kHere, id<ActorTokenId>(number)).has_value();
      return {};
    });
    EXPECT_TRUE(done) << "reads go on";
    return found;
  }
  std::int64_t last_sequence() {
    std::int64_t last = 0;
    const auto done = store_->read([&](ReadTx& tx) -> Done {
      const auto events = tx.audit_events(kHere, {}, {.limit = 1});
      last = events.empty() ? 0 : events.front().sequence;
      return {};
    });
    EXPECT_TRUE(done);
    return last;
  }

  /// Holds the writer while `works` queue up behind it, so that they share one commit.
  std::vector<std::optional<Code>> write_together(
      const std::vector<std::function<Done(WriteTx&)>>& works, const std::function<void()>& then) {
    std::latch holding(1);
    std::latch release(1);
    std::thread holder([&] {
      (void)store_->write([&](WriteTx&) -> Done {
        holding.count_down();
        release.wait();
        return {};
      });
    });
    holding.wait();
    std::vector<std::optional<Code>> outcomes(works.size());
    std::vector<std::atomic<bool>> calls(works.size());
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < works.size(); ++i) {
      callers.emplace_back([&, i] {
        calls[i] = true;
        calls[i].notify_one();
        const auto done = store_->write(works[i]);
        if (!done) outcomes[i] = done.error().code;
      });
      calls[i].wait(false);
      std::this_thread::sleep_for(milliseconds(20));  // so that they queue in this order
    }
    then();
    release.count_down();
    holder.join();
    for (auto& caller : callers) caller.join();
    return outcomes;
  }

  TemporaryDirectory directory_;
  FaultyDisk disk_;
  std::unique_ptr<Store> store_;
};

TEST_F(SqliteFaults, EveryAcknowledgedWriteWasSynced) {
  open();
  for (int n = 1; n <= 10; ++n) {
    const int before = disk_.log_syncs;
    EXPECT_EQ(write(n), std::nullopt);
    EXPECT_GT(disk_.log_syncs, before);
  }
}

TEST_F(SqliteFaults, NothingIsAcknowledgedOrSeenBeforeTheDiskHasIt) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  disk_.log_sync_hangs = true;
  auto outcome = std::async(std::launch::async, [&] { return write(2); });
  EXPECT_EQ(outcome.wait_for(milliseconds(200)), std::future_status::timeout);
  EXPECT_FALSE(stored(2));
  disk_.log_sync_hangs = false;
  disk_.log_sync_hangs.notify_all();
  EXPECT_EQ(outcome.get(), std::nullopt);
  EXPECT_TRUE(stored(2));
}

TEST_F(SqliteFaults, WritesThatWaitTogetherShareOneSync) {
  open();
  ASSERT_EQ(write(100), std::nullopt);  // the log's first sync is for its header
  std::vector<std::function<Done(WriteTx&)>> works;
  for (int n = 0; n < 8; ++n) {
    works.emplace_back([n](WriteTx& tx) -> Done {
      tx.insert(pending_token(n));
      return {};
    });
  }
  int before = 0;
  const auto outcomes = write_together(works, [&] { before = disk_.log_syncs; });
  EXPECT_EQ(outcomes, std::vector<std::optional<Code>>(8));
  EXPECT_EQ(disk_.log_syncs - before, 1);
}

TEST_F(SqliteFaults, ACommitWaitsForThoseWhoAreLikelyToComeBackButNotForLong) {
  const auto share_one = [&](int first) {
    std::vector<std::function<Done(WriteTx&)>> works;
    for (int n = first; n < first + 6; ++n) {
      works.emplace_back([n](WriteTx& tx) -> Done {
        tx.insert(pending_token(n));
        return {};
      });
    }
    write_together(works, [] {});
  };
  open(2000, seconds{60});
  ASSERT_EQ(write(100), std::nullopt) << "alone, who was alone the last time";
  share_one(0);
  int before = disk_.log_syncs;
  std::vector<std::future<std::optional<Code>>> back;
  for (int n = 10; n < 15; ++n) {
    EXPECT_EQ(disk_.log_syncs, before) << "five of six have not come yet";
    back.push_back(std::async(std::launch::async, [&, n] { return write(n); }));
    std::this_thread::sleep_for(milliseconds(20));
  }
  for (auto& one : back) EXPECT_EQ(one.get(), std::nullopt);
  EXPECT_EQ(disk_.log_syncs - before, 1);

  open(2000, milliseconds{50});
  share_one(20);
  EXPECT_EQ(write(30), std::nullopt) << "nobody else came";
}

TEST_F(SqliteFaults, WorkThatChangesNothingDoesNotTouchTheDisk) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  const int writes = disk_.writes;
  const int syncs = disk_.log_syncs;
  EXPECT_EQ(write_nothing(), std::nullopt);
  const auto refused = store_->write([](WriteTx& tx) -> Done {
    tx.insert(pending_token(2));
    return refuse(Code::ticket_used);
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(disk_.writes, writes);
  EXPECT_EQ(disk_.log_syncs, syncs);
}

TEST_F(SqliteFaults, AFailedSyncLeavesTheOutcomeUnknownAndEndsAllWritingUntilTheDiskIsWell) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  disk_.log_cannot_sync = disk_.database_cannot_sync = true;
  EXPECT_EQ(write(2), Code::outcome_unknown);
  EXPECT_FALSE(stored(2));
  EXPECT_EQ(write(3), Code::unavailable);
  EXPECT_EQ(write_nothing(), Code::unavailable) << "health says so";
  EXPECT_TRUE(stored(1)) << "reads go on";

  disk_.log_cannot_sync = disk_.database_cannot_sync = false;
  EXPECT_TRUE(writes_within(seconds(5), 4));
  EXPECT_TRUE(stored(1));
  EXPECT_FALSE(stored(3));
  EXPECT_EQ(last_sequence(), stored(2) ? 3 : 2) << "unknown means either, and no gap in either";
  open();
  EXPECT_TRUE(stored(4));
}

// The next sync would claim success for pages that the kernel has dropped. So what the log holds is
// written again, into the database, and synced there, before anything else.
TEST_F(SqliteFaults, AfterAFailedSyncTheLogIsReadAnewBeforeAnythingIsAcknowledged) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  disk_.log_cannot_sync = true;
  EXPECT_EQ(write(2), Code::outcome_unknown);
  disk_.log_cannot_sync = false;
  const int before = disk_.database_syncs;
  EXPECT_EQ(write(3), std::nullopt);
  EXPECT_GT(disk_.database_syncs, before);
}

// What it remembers of the log keeps that from being read anew.
TEST_F(SqliteFaults, NothingIsAcknowledgedAgainWhileAnotherProgramHasTheDatabaseOpen) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  std::optional<OtherProgram> other(std::in_place, directory_.file("tenens.db"));
  disk_.log_cannot_sync = true;
  EXPECT_EQ(write(2), Code::outcome_unknown);
  disk_.log_cannot_sync = false;
  EXPECT_EQ(write(3), Code::unavailable);
  EXPECT_TRUE(stored(1)) << "reads go on";
  other.reset();
  EXPECT_TRUE(writes_within(seconds(5), 4));
}

// It remembers what had been copied of the log, which the disk may have lost.
TEST_F(SqliteFaults, NoStartAfterThatWhileAnotherProgramHasTheDatabaseOpen) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  std::optional<OtherProgram> other(std::in_place, directory_.file("tenens.db"));
  disk_.log_cannot_sync = true;
  EXPECT_EQ(write(2), Code::outcome_unknown);
  store_.reset();
  disk_.log_cannot_sync = false;
  EXPECT_THROW(open(), StoreError);
  const std::jthread leaving([&] {
    std::this_thread::sleep_for(milliseconds(200));
    other.reset();
  });
  open();
  EXPECT_TRUE(stored(1));
}

TEST_F(SqliteFaults, AFailedWriteOfTheLogEndsAllWriting) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  disk_.log_cannot_be_written = true;
  EXPECT_EQ(write(2), Code::outcome_unknown);
  EXPECT_NE(write(3), std::nullopt);
  disk_.log_cannot_be_written = false;
  EXPECT_TRUE(writes_within(seconds(5), 4));
  open();
  EXPECT_TRUE(stored(1));
  EXPECT_TRUE(stored(4));
}

TEST_F(SqliteFaults, AFailedCommitTellsEachOfItsMembersWhatItCanKnow) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  const auto insert = [](int number) {
    return [number](WriteTx& tx) -> Done {
      tx.insert(pending_token(number));
      return {};
    };
  };
  const auto look = [](WriteTx& tx) -> Done {
    // Sees its neighbour's change, which then never was.
    const auto token = tx.find_actor_token(kHere, id<ActorTokenId>(2));
    return token ? Done(refuse(Code::ticket_used)) : Done();
  };
  const auto outcomes =
      write_together({insert(2), look, insert(3)}, [&] { disk_.log_cannot_sync = true; });
  EXPECT_EQ(outcomes, (std::vector<std::optional<Code>>{Code::outcome_unknown, Code::unavailable,
                                                        Code::outcome_unknown}));
}

TEST_F(SqliteFaults, AFullDiskIsUnavailableAndServiceResumesWhenSpaceReturns) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  disk_.log_is_full = true;
  EXPECT_EQ(write(2), Code::unavailable);
  EXPECT_EQ(write(3), Code::unavailable);
  EXPECT_TRUE(stored(1));
  EXPECT_FALSE(stored(2));

  disk_.log_is_full = false;
  EXPECT_EQ(write(2), std::nullopt) << "nothing of the first attempt is left";
  EXPECT_TRUE(stored(2));
  EXPECT_EQ(last_sequence(), 2);
  open();
  EXPECT_TRUE(stored(2));
  EXPECT_FALSE(stored(3));
}

// More in one write than the page cache holds: pages go to the log before the commit.
TEST_F(SqliteFaults, ADiskThatFillsUpWithinAWriteUndoesAllOfIt) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  disk_.log_is_full = true;
  const auto done = store_->write([](WriteTx& tx) -> Done {
    auto token = pending_token(2);
    token.reason = std::string(100'000, 'x');
    for (int n = 2; n < 300; ++n) {
      token.id = id<ActorTokenId>(n);
      tx.insert(token);
    }
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unavailable);
  disk_.log_is_full = false;
  EXPECT_FALSE(stored(2));
  EXPECT_EQ(write(2), std::nullopt);
}

TEST_F(SqliteFaults, AFailedCheckpointLosesNothingAndEndsAllWriting) {
  open(1);
  ASSERT_EQ(write(1), std::nullopt);
  // A write is acknowledged before its checkpoint, so the next answer tells that this one is over.
  ASSERT_EQ(write_nothing(), std::nullopt);
  disk_.database_cannot_sync = true;
  EXPECT_EQ(write(2), std::nullopt) << "it is safe in the log";
  EXPECT_EQ(write(3), Code::unavailable);
  disk_.database_cannot_sync = false;
  EXPECT_TRUE(writes_within(seconds(5), 4));
  open(1);
  EXPECT_TRUE(stored(2));
  EXPECT_FALSE(stored(3));
  EXPECT_TRUE(stored(4));
}

TEST_F(SqliteFaults, TheLogIsUsedAgainFromItsStart) {
  open(20);
  for (int n = 1; n <= 500; ++n) ASSERT_EQ(write(n), std::nullopt);
  EXPECT_LT(std::filesystem::file_size(directory_.file("tenens.db-wal")), 60U * 4120U);
}

TEST_F(SqliteFaults, TheLogIsCopiedOnceTheReaderThatWasInTheWayHasGone) {
  open(30);
  ASSERT_EQ(write(1), std::nullopt);
  std::optional<OtherProgram> reader(std::in_place, directory_.file("tenens.db"),
                                     OtherProgram::kReads);
  for (int n = 2; n <= 40; ++n) ASSERT_EQ(write(n), std::nullopt);
  ASSERT_EQ(write_nothing(), std::nullopt);  // so that the checkpoint of the last one is over
  const int before = disk_.database_syncs;
  reader.reset();
  const auto end = std::chrono::steady_clock::now() + seconds(5);
  while (disk_.database_syncs == before && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_GT(disk_.database_syncs, before) << "though nobody writes";
}

TEST_F(SqliteFaults, ALogThatHasFilledTheDiskIsUsedAgainOnceItsReaderHasGone) {
  open(30);
  ASSERT_EQ(write(1), std::nullopt);
  {
    const OtherProgram reader(directory_.file("tenens.db"), OtherProgram::kReads);
    for (int n = 2; n <= 40; ++n) ASSERT_EQ(write(n), std::nullopt);
    disk_.log_cannot_grow = true;
    EXPECT_EQ(write(41), Code::unavailable);
  }
  EXPECT_TRUE(writes_within(seconds(5), 42));
}

// By another process: where this one closes a descriptor of a file, its locks on it go.
void copy_over(const std::string& from, const std::string& to) {
  ASSERT_EQ(std::system(("cp " + from + " " + to).c_str()), 0);
}

TEST_F(SqliteFaults, WhatLacksConfirmedCommitsIsNotReadFrom) {
  open();
  ASSERT_EQ(write(1), std::nullopt);
  const auto path = directory_.file("tenens.db");
  for (const auto* suffix : {"", "-wal"}) copy_over(path + suffix, path + ".old" + suffix);
  ASSERT_EQ(write(2), std::nullopt);
  disk_.log_cannot_sync = true;
  EXPECT_EQ(write(3), Code::outcome_unknown);
  for (const auto* suffix : {"", "-wal"}) copy_over(path + ".old" + suffix, path + suffix);
  disk_.log_cannot_sync = false;
  EXPECT_FALSE(writes_within(seconds(1), 4));
  const auto read = store_->read([](ReadTx&) -> Done { return {}; });
  ASSERT_FALSE(read) << "a session that was ended would be alive again";
  EXPECT_EQ(read.error().detail, "the disk has lost what it had confirmed");
  EXPECT_FALSE(store_->check());
}

TEST_F(SqliteFaults, ADiskThatFailsAtTheStartIsAClearRefusal) {
  disk_.database_cannot_sync = true;
  try {
    open();
    FAIL() << "opened on a disk that cannot sync";
  } catch (const StoreError& error) {
    EXPECT_NE(std::string(error.what()).find("disk I/O error"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tenens::test
