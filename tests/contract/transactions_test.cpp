#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class TransactionsContract : public StoreContract {
 protected:
  std::int64_t token_count() {
    return ask([](ReadTx& tx) { return tx.count_actor_tokens(kHere, {}); });
  }
};
TENENS_FOR_EVERY_STORE(TransactionsContract);

/// All that can be told of a write about `token`.
Foresight foresight_of(const ActorToken& token) {
  return {.instance_id = token.instance_id,
          .actor_token_id = token.id,
          .user_ids = {token.user_id, UserId{token.actor.sub}}};
}

TEST_P(TransactionsContract, AFailureUndoesEverythingAndComesBackAsItIs) {
  const auto done = store().write([](WriteTx& tx) -> Done {
    std::string taken;
    tx.insert(Instance{kHere, true, "key", at(0)});
    tx.insert(full_user(1), taken);
    tx.insert(pending_token(1));
    tx.insert(active_session(1));
    tx.append(event(AuditAction::actor_token_created));
    return refuse(Code::impersonation_limit, "param", "3/3");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), (Failure{Code::impersonation_limit, "param", "3/3"}));
  EXPECT_TRUE(ask([](ReadTx& tx) { return tx.instances(); }).empty());
  EXPECT_FALSE(user(1));
  EXPECT_FALSE(token(1));
  EXPECT_FALSE(session(1));
  EXPECT_TRUE(sequences().empty());
}

TEST_P(TransactionsContract, AnExceptionComesBackToItsCallerAndUndoesItsWork) {
  const auto write = [&] {
    (void)store().write([](WriteTx& tx) -> Done {
      tx.insert(pending_token(1));
      throw std::domain_error("a bug");
    });
  };
  EXPECT_THROW(write(), std::domain_error);
  EXPECT_FALSE(token(1));
  insert(pending_token(1));
  EXPECT_TRUE(token(1));
}

TEST_P(TransactionsContract, AnExceptionInAReadComesBackAndTheStoreGoesOn) {
  for (int n = 0; n < 20; ++n) {  // more often than there can be connections to lose
    const auto read = [&] {
      (void)store().read([](ReadTx& tx) -> Done {
        (void)tx.instances();
        throw std::domain_error("a bug");
      });
    };
    EXPECT_THROW(read(), std::domain_error);
  }
  EXPECT_EQ(token_count(), 0);
}

TEST_P(TransactionsContract, AReadsFailureComesBack) {
  const auto done = store().read([](ReadTx&) -> Done { return refuse(Code::user_not_found, "x"); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), (Failure{Code::user_not_found, "x"}));
}

TEST_P(TransactionsContract, AnErrorOfTheDatabaseIsUnavailableAndUndoesItsWork) {
  insert(pending_token(1));
  const auto done = store().write([](WriteTx& tx) -> Done {
    tx.insert(pending_token(2));
    tx.insert(pending_token(1));  // its key is taken: a bug of the caller's
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unavailable);
  EXPECT_EQ(token_count(), 1);
}

TEST_P(TransactionsContract, WorkThatSwallowsAnErrorKeepsItsOtherChanges) {
  insert(pending_token(1));
  bool told = false;
  change([&](WriteTx& tx) {
    told = false;  // an earlier run may not have been
    tx.insert(pending_token(2));
    try {
      tx.insert(pending_token(1));
    } catch (const StoreError&) {
      told = true;
    }
    tx.insert(pending_token(3));
  });
  EXPECT_TRUE(told);
  EXPECT_EQ(token_count(), 3);
}

// Holds the store in one write while others arrive, so that they share the next commit.
TEST_P(TransactionsContract, NeighboursInOneCommitDoNotHarmEachOther) {
  insert(plain_user(1));
  std::latch holding(1);
  std::latch release(1);
  std::thread holder([&] {
    const auto done = store().write([&](WriteTx&) -> Done {
      holding.count_down();
      release.wait();
      return {};
    });
    EXPECT_TRUE(done);
  });
  holding.wait();

  constexpr int kWriters = 40;
  std::vector<std::future<std::string>> results;
  for (int n = 1; n <= kWriters; ++n) {
    results.push_back(std::async(std::launch::async, [&, n]() -> std::string {
      try {
        const auto work = [&](WriteTx& tx) -> Done {
          if (tx.standing(kHere, id<UserId>(1)) != Standing::usable) {
            return refuse(Code::user_banned);
          }
          if (n == 1) {  // and is undone
            auto banned = plain_user(1);
            banned.banned = true;
            std::string taken;
            tx.update(banned, taken);
            EXPECT_EQ(tx.standing(kHere, banned.id), Standing::banned);
          }
          tx.insert(pending_token(n));
          tx.append(redeemed_event(pending_token(n), id<SessionId>(n)));
          if (n % 4 == 1) return refuse(Code::ticket_used);
          if (n % 4 == 2) throw std::domain_error("a bug");
          if (n % 4 == 3) tx.insert(pending_token(n));
          return {};
        };
        // Of each kind some say beforehand what they will look at.
        const bool foreseen = n / 4 % 2 == 0;
        const auto done =
            foreseen ? store().write_foreseen([&] { return foresight_of(pending_token(n)); }, work)
                     : store().write(work);
        if (done) return "done";
        return done.error().code == Code::ticket_used ? "refused" : "unavailable";
      } catch (const std::domain_error&) {
        return "thrown";
      }
    }));
  }
  std::this_thread::sleep_for(milliseconds(50));  // most have queued by then; none has to
  release.count_down();
  holder.join();

  const std::string expected[] = {"done", "refused", "thrown", "unavailable"};
  for (int n = 1; n <= kWriters; ++n) {
    EXPECT_EQ(results[static_cast<std::size_t>(n - 1)].get(), expected[n % 4]) << n;
    EXPECT_EQ(token(n).has_value(), n % 4 == 0) << n;
  }
  std::vector<std::int64_t> gap_free;
  for (int n = kWriters / 4; n >= 1; --n) gap_free.push_back(n);
  EXPECT_EQ(sequences(), gap_free);
}

TEST_P(TransactionsContract, WhatIsForeseenWronglyHarmsNobody) {
  constexpr int kWriters = 20;
  std::vector<std::future<bool>> results;
  for (int n = 1; n <= kWriters; ++n) {
    results.push_back(std::async(std::launch::async, [&, n] {
      const auto token = pending_token(n);
      auto about = foresight_of(token);  // of a token and of users that are not there
      if (n % 5 == 0) about.user_ids.push_back(UserId{"\xff no text in UTF-8"});
      const auto foresee = [&] { return about; };
      const auto done = store().write_foreseen(foresee, [&](WriteTx& tx) -> Done {
        tx.insert(token);
        return {};
      });
      return done.has_value();
    }));
  }
  for (int n = 1; n <= kWriters; ++n) {
    EXPECT_TRUE(results[static_cast<std::size_t>(n - 1)].get()) << n;
    EXPECT_TRUE(token(n)) << n;
  }
}

TEST_P(TransactionsContract, AWriteIsSeenByEveryReadThatStartsAfterIt) {
  for (int n = 1; n <= 100; ++n) {
    insert(pending_token(n));
    ASSERT_EQ(token_count(), n);
  }
}

TEST_P(TransactionsContract, AReadSeesOneMomentWhileWritesGoOn) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int n = 1; !stop && n < 5000; ++n) {
      insert(pending_token(n), redeemed_event(pending_token(n), id<SessionId>(n)));
    }
  });
  for (int n = 0; n < 200; ++n) {
    const auto counts = ask([](ReadTx& tx) {
      const auto tokens = tx.count_actor_tokens(kHere, {});
      std::this_thread::yield();
      return std::pair(tokens, tx.count_audit_events(kHere, {}));
    });
    EXPECT_EQ(counts.first, counts.second);
  }
  stop = true;
  writer.join();
}

TEST_P(TransactionsContract, WorkThatWouldWaitForItselfIsABugNotADeadlock) {
  const auto nested = [&] {
    (void)store().write(
        [&](WriteTx&) -> Done { return store().write([](WriteTx&) -> Done { return {}; }); });
  };
  EXPECT_THROW(nested(), std::logic_error);
}

TEST_P(TransactionsContract, EmptyWorkSucceeds) {
  EXPECT_TRUE(store().write([](WriteTx&) -> Done { return {}; }));
  EXPECT_TRUE(store().read([](ReadTx&) -> Done { return {}; }));
}

TEST_P(TransactionsContract, WhatWasAcknowledgedIsThereAfterReopening) {
  if (!home().survives_reopening()) GTEST_SKIP() << "its data end with it";
  insert(Instance{kHere, true, "key", at(0)}, full_user(1), pending_token(1), active_session(1),
         client(1));
  reopen();
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.instances(); }).size(), 1U);
  EXPECT_EQ(user(1), full_user(1));
  EXPECT_EQ(token(1), pending_token(1));
  EXPECT_EQ(session(1), active_session(1));
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.find_client(kHere, id<ClientId>(1)); }), client(1));
}

}  // namespace
}  // namespace tenens::test
