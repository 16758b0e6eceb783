// A copy that is older than what was acknowledged is not taken for the database.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/recovery.hpp"
#include "support/fakes.hpp"
#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

namespace fs = std::filesystem;

class RestoredCopy : public testing::Test {
 protected:
  RestoredCopy() { write(1); }

  std::unique_ptr<store::SqliteStore> open(bool begin_anew = false) {
    return store::open_sqlite({.path = path_, .begin_anew = begin_anew});
  }
  void write(int number) { write(*open(), number); }
  static void write(Store& store, int number) {
    const auto done = store.write([&](WriteTx& tx) -> Done {
      tx.insert(pending_token(number));
      return {};
    });
    ASSERT_TRUE(done) << done.error().detail;
  }
  void back_up() { fs::copy_file(path_, copy_, fs::copy_options::overwrite_existing); }
  void restore() { fs::copy_file(copy_, path_, fs::copy_options::overwrite_existing); }
  std::string refusal() {
    try {
      const auto store = open();
      return "";
    } catch (const StoreError& error) {
      return error.what();
    }
  }
  bool is_refused_as(const std::string& part) {
    const auto text = refusal();
    return text.find(part) != std::string::npos &&
           text.find("tenensd recover --database sqlite:" + path_) != std::string::npos;
  }

  TemporaryDirectory directory_;
  std::string path_ = fs::weakly_canonical(directory_.file("tenens.db"));
  std::string copy_ = directory_.file("copy.db");
};

TEST_F(RestoredCopy, OfNowIsTaken) {
  back_up();
  restore();
  EXPECT_EQ(refusal(), "");
}

TEST_F(RestoredCopy, OfBeforeTheLastCommitIsRefused) {
  back_up();
  write(2);
  restore();
  EXPECT_TRUE(is_refused_as("is an older copy: it ends at commit 1, and commit 2"));
  EXPECT_TRUE(is_refused_as("is an older copy")) << "looking changes nothing";
}

TEST_F(RestoredCopy, IsNoticedByTheLastCommitOfAProcessThatWasKilled) {
  back_up();
  auto store = open();
  write(*store, 2);
  // What a kill leaves is what is there now: nothing is noted at the end only.
  const auto mark = directory_.file("mark");
  fs::copy_file(path_ + ".high-water", mark);
  store.reset();
  fs::copy_file(mark, path_ + ".high-water", fs::copy_options::overwrite_existing);
  restore();
  EXPECT_TRUE(is_refused_as("is an older copy"));
}

TEST_F(RestoredCopy, ThatCameWithoutItsMarkIsRefused) {
  fs::remove(path_ + ".high-water");
  EXPECT_TRUE(is_refused_as("its high-water mark is not beside it"));
}

TEST_F(RestoredCopy, OfAnotherDatabaseIsRefused) {
  fs::rename(path_, copy_);
  fs::remove(path_ + ".high-water");
  write(1);
  write(2);
  restore();
  EXPECT_TRUE(is_refused_as("is not the database that was last open here"));
}

TEST_F(RestoredCopy, IsNotWhatANewDatabaseIsTakenFor) {
  fs::remove(path_);
  EXPECT_EQ(refusal(), "") << "somebody who wants to begin anew removes the file";
  write(1);
  write(2);
  EXPECT_EQ(refusal(), "");
}

TEST_F(RestoredCopy, IsRefusedWithADamagedMark) {
  std::ofstream(path_ + ".high-water") << "something else";
  EXPECT_NE(refusal().find(".high-water is damaged"), std::string::npos) << refusal();
}

TEST_F(RestoredCopy, IsTakenOnceItsPendingTicketsAreVoid) {
  back_up();
  write(2);
  restore();
  {
    const auto store = open(true);
    EXPECT_TRUE(recover(*store, FakeClock())) << "no instance, so nothing to void";
    write(*store, 3);
  }
  EXPECT_EQ(refusal(), "");
  // The line that was left behind has more commits; that makes it no better.
  fs::copy_file(copy_, path_, fs::copy_options::overwrite_existing);
  EXPECT_TRUE(is_refused_as("is not the database"));
}

class Recovery : public StoreContract {};

TEST_P(Recovery, VoidsWhatIsOpenAndNothingElse) {
  insert(Instance{.id = kHere, .ticket_key = std::string("k"), .created_at = at(0)},
         pending_token(1), pending_token(2), pending_token(3), active_session(2),
         active_session(4));
  change([](WriteTx& tx) {
    ASSERT_TRUE(tx.accept_if_pending(kHere, id<ActorTokenId>(2), id<SessionId>(2), at(1)));
    ASSERT_TRUE(tx.close_if_alive(kHere, id<SessionId>(4), SessionState::ended, at(1),
                                  SessionState::active));
  });
  const auto before = *token(2);

  class At final : public Clock {
    Instant now() const override { return at(5); }
  };
  const auto voided = recover(store(), At());
  ASSERT_TRUE(voided) << voided.error().detail;
  EXPECT_EQ(voided->actor_tokens, 2);
  EXPECT_EQ(voided->sign_in_tokens, 0);
  EXPECT_EQ(voided->sessions, 1);

  EXPECT_EQ(token(1)->state, TokenState::revoked);
  EXPECT_EQ(token(3)->updated_at, at(5));
  EXPECT_EQ(*token(2), before);
  EXPECT_EQ(session(2)->state, SessionState::revoked);
  EXPECT_EQ(session(4)->state, SessionState::ended);
  const auto events = ask([](ReadTx& tx) { return tx.audit_events(kHere, {}, {.limit = 1}); });
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].action, AuditAction::database_recovered);
  EXPECT_EQ(events[0].reason, "2 actor tokens, 0 sign-in tokens and 1 sessions are void");
}

TENENS_FOR_EVERY_STORE(Recovery);

}  // namespace
}  // namespace tenens::test
