// What PostgreSQL may answer to anybody at any time: begin anew. And how many connections a node
// has.
#include <thread>

#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class Conflicts : public testing::Test {
 protected:
  void SetUp() override {
    const auto* cluster = PostgresCluster::find();
    if (cluster == nullptr) GTEST_SKIP() << "PostgreSQL is not installed on this machine";
    home_ = std::make_unique<PostgresHome>(*cluster);
    store_ = home_->open_postgres();
  }

  /// The first `count` inserts of a token fail with 40001: at once, or at their COMMIT.
  void conflict(int count, bool at_commit = false) {
    home_->execute(
        "CREATE SEQUENCE attempts; CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN IF nextval('attempts') <= " +
        std::to_string(count) +
        " THEN RAISE EXCEPTION 'met another' USING ERRCODE = '40001'; END IF;"
        " RETURN NEW; END$$;" +
        (at_commit ? "CREATE CONSTRAINT TRIGGER meet AFTER INSERT ON actor_tokens"
                     " DEFERRABLE INITIALLY DEFERRED"
                   : "CREATE TRIGGER meet BEFORE INSERT ON actor_tokens") +
        " FOR EACH ROW EXECUTE FUNCTION conflict()");
  }
  Done create(int number) {
    return store_->write([&](WriteTx& tx) -> Done {
      ++runs_;
      tx.insert(pending_token(number));
      tx.append(event(AuditAction::actor_token_created));
      return {};
    });
  }
  std::int64_t tokens() {
    return count([](ReadTx& tx) { return tx.count_actor_tokens(kHere, {}); });
  }
  std::int64_t events() {
    return count([](ReadTx& tx) { return tx.count_audit_events(kHere, {}); });
  }
  std::int64_t count(const std::function<std::int64_t(ReadTx&)>& question) {
    std::int64_t answer = -1;
    EXPECT_TRUE(store_->read([&](ReadTx& tx) -> Done {
      answer = question(tx);
      return {};
    }));
    return answer;
  }

  std::unique_ptr<PostgresHome> home_;
  std::unique_ptr<store::PostgresStore> store_;
  std::atomic<int> runs_ = 0;
};

TEST_F(Conflicts, AreRetriedAsWholeTransactionsAndLeaveNothingTwice) {
  conflict(5);
  EXPECT_TRUE(create(1));
  EXPECT_EQ(runs_, 6);
  EXPECT_EQ(tokens(), 1);
  EXPECT_EQ(events(), 1);
}

TEST_F(Conflicts, AtTheCommitAreRetriedAsWell) {
  conflict(3, true);
  EXPECT_TRUE(create(1));
  EXPECT_EQ(runs_, 4);
  EXPECT_EQ(tokens(), 1);
  EXPECT_EQ(events(), 1);
}

TEST_F(Conflicts, WithoutAnEndAreGivenUpAndNothingHappened) {
  conflict(1'000'000);
  const auto began = std::chrono::steady_clock::now();
  const auto done = create(1);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unavailable);
  EXPECT_LE(runs_, 9) << "once together, eight times alone";
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(10));
  EXPECT_EQ(tokens(), 0);
  EXPECT_EQ(events(), 0);
}

TEST_F(Conflicts, OfOneDoNotTakeTheOthersOfItsBatchWithIt) {
  conflict(2);
  std::vector<std::thread> threads;
  std::atomic<int> created = 0;
  for (int n = 0; n < 20; ++n) {
    threads.emplace_back([&, n] { created += create(n) ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(created, 20);
  EXPECT_EQ(tokens(), 20);
  EXPECT_EQ(events(), 20);
}

TEST_F(Conflicts, HoweverManyAskThereAreElevenConnectionsAtMost) {
  const auto name = "pool_" + std::to_string(::getpid());
  store_ = store::open_postgres({.url = home_->url() + "&application_name=" + name});
  std::vector<std::thread> threads;
  for (int n = 0; n < 40; ++n) {
    threads.emplace_back([&, n] {
      for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(create(100 * n + i));
        EXPECT_GE(tokens(), 1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  home_->execute(
      "DO $$BEGIN ASSERT (SELECT count(*) FROM pg_stat_activity"
      " WHERE application_name = '" +
      name + "') BETWEEN 4 AND 11; END$$");
}

}  // namespace
}  // namespace tenens::test
