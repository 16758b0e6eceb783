// Several nodes on one database: what a single writer gives for free must hold between them.
#include <atomic>
#include <barrier>
#include <functional>
#include <latch>
#include <map>
#include <set>
#include <thread>

#include "core/setup.hpp"
#include "crypto/random.hpp"
#include "store/postgres/postgres_store.hpp"
#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

constexpr int kNodes = 3;
constexpr int kThreadsOfANode = 6;
constexpr int kThreads = kNodes * kThreadsOfANode;

class Nodes : public testing::Test {
 protected:
  void SetUp() override {
    const auto* cluster = PostgresCluster::find();
    if (cluster == nullptr) GTEST_SKIP() << "PostgreSQL is not installed on this machine";
    home_ = std::make_unique<PostgresHome>(*cluster);
    // All at once: they create the schema together.
    std::vector<std::thread> starting;
    nodes_.resize(kNodes);
    for (auto& node : nodes_) {
      starting.emplace_back([&] { node = home_->open_postgres(); });
    }
    for (auto& thread : starting) thread.join();
  }

  store::PostgresStore& node(int thread) {
    return *nodes_[static_cast<std::size_t>(thread % kNodes)];
  }

  void on_every_thread(const std::function<void(int thread)>& work) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(work, thread);
    for (auto& thread : threads) thread.join();
  }
  /// Each of `rounds` begins on all threads at the same moment.
  void race(int rounds, const std::function<void(int thread, int round)>& attempt) {
    std::barrier start(kThreads);
    on_every_thread([&](int thread) {
      for (int round = 0; round < rounds; ++round) {
        start.arrive_and_wait();
        attempt(thread, round);
      }
    });
  }

  template <class Change>
  void change(Change change) {
    const auto done = nodes_[0]->write([&](WriteTx& tx) -> Done {
      change(tx);
      return {};
    });
    ASSERT_TRUE(done) << done.error().detail;
  }
  template <class Question>
  auto ask(Question question) {
    decltype(question(std::declval<ReadTx&>())) answer{};
    const auto done = nodes_[1]->read([&](ReadTx& tx) -> Done {
      answer = question(tx);
      return {};
    });
    EXPECT_TRUE(done) << done.error().detail;
    return answer;
  }

  Done redeem(int thread, int number) {
    const auto token = pending_token(number);
    const SessionId session{"sess_" + token.id.text + "_" + std::to_string(thread)};
    Foresight about{.instance_id = kHere};  // every second one knows beforehand, as the domain does
    if (thread % 2 == 0) about.actor_token_id = token.id;
    const auto foresee = [&] { return about; };
    return node(thread).write_foreseen(foresee, [&](WriteTx& tx) -> Done {
      if (!tx.accept_if_pending(kHere, token.id, session, at(1))) return refuse(Code::ticket_used);
      auto opened = active_session(number);
      opened.id = session;
      tx.insert(opened);
      tx.append(redeemed_event(token, session));
      return {};
    });
  }

  /// Sessions and audit rows of `tokens` redeemed tokens: one each, numbered without a gap.
  void expect_one_of_each(int tokens) {
    const Page all{.limit = 1'000'000};
    const auto sessions = ask([&](ReadTx& tx) { return tx.sessions(kHere, {}, all); });
    const auto events = ask([&](ReadTx& tx) { return tx.audit_events(kHere, {}, all); });
    std::set<ActorTokenId> opened;
    for (const auto& session : sessions) opened.insert(*session.actor_token_id);
    EXPECT_EQ(sessions.size(), static_cast<std::size_t>(tokens));
    EXPECT_EQ(opened.size(), static_cast<std::size_t>(tokens));
    ASSERT_EQ(events.size(), static_cast<std::size_t>(tokens));
    std::set<ActorTokenId> recorded;
    for (std::size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].sequence, static_cast<std::int64_t>(events.size() - i));
      recorded.insert(*events[i].actor_token_id);
    }
    EXPECT_EQ(recorded, opened);
  }

  std::unique_ptr<PostgresHome> home_;
  std::vector<std::unique_ptr<store::PostgresStore>> nodes_;
};

TEST_F(Nodes, ATokenThatAllRedeemAtOnceHasOneWinner) {
  constexpr int kTokens = 200;
  change([](WriteTx& tx) {
    for (int n = 0; n < kTokens; ++n) tx.insert(pending_token(n));
  });
  std::vector<std::atomic<int>> winners(kTokens);
  race(kTokens, [&](int thread, int round) {
    const auto done = redeem(thread, round);
    if (done) ++winners[static_cast<std::size_t>(round)];
    EXPECT_TRUE(done || done.error().code == Code::ticket_used) << done.error().detail;
  });
  for (const auto& count : winners) EXPECT_EQ(count, 1);
  expect_one_of_each(kTokens);
}

// Batches that hold one token each and want the other's: deadlocks, which must cost time only.
TEST_F(Nodes, TokensThatAreRedeemedInEveryOrderHaveOneWinnerEach) {
  constexpr int kTokens = 60;
  change([](WriteTx& tx) {
    for (int n = 0; n < kTokens; ++n) tx.insert(pending_token(n));
  });
  std::vector<std::atomic<int>> winners(kTokens);
  on_every_thread([&](int thread) {
    for (int i = 0; i < kTokens; ++i) {
      const int number = thread % 2 == 0 ? i : kTokens - 1 - i;
      const auto done = redeem(thread, number);
      if (done) ++winners[static_cast<std::size_t>(number)];
      EXPECT_TRUE(done || done.error().code == Code::ticket_used) << done.error().detail;
    }
  });
  for (const auto& count : winners) EXPECT_EQ(count, 1);
  expect_one_of_each(kTokens);
}

TEST_F(Nodes, AnAddressThatAllWantBelongsToOneAndTheOthersAreRefusedByItsName) {
  constexpr int kRounds = 20;
  std::vector<std::atomic<int>> winners(kRounds);
  race(kRounds, [&](int thread, int round) {
    auto user = plain_user(1000 * round + thread);
    user.emails = {email(1000 * round + thread, "same" + std::to_string(round) + "@example.com")};
    const auto done = node(thread).write([&](WriteTx& tx) -> Done {
      std::string taken;
      if (!tx.insert(user, taken)) return refuse(Code::param_taken, taken);
      return {};
    });
    if (done) {
      ++winners[static_cast<std::size_t>(round)];
    } else {
      EXPECT_EQ(done.error(), (Failure{Code::param_taken, "email_address"}));
    }
  });
  for (const auto& count : winners) EXPECT_EQ(count, 1);
}

TEST_F(Nodes, AnIdempotencyKeyThatAllUseAtOnceStandsForOneToken) {
  constexpr int kRounds = 20;
  race(kRounds, [&](int thread, int round) {
    const auto done = node(thread).write([&](WriteTx& tx) -> Done {
      if (tx.find_idempotency(kHere, digest(round))) return {};
      const auto token = pending_token(1000 * round + thread);
      tx.insert(token);
      tx.insert(IdempotencyRecord{kHere, digest(round), digest(0), token.id, at(0)});
      return {};
    });
    EXPECT_TRUE(done) << done.error().detail;
  });
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_actor_tokens(kHere, {}); }), kRounds);
}

TEST_F(Nodes, ALimitIsNotExceededByAllWhoFindRoomAtOnce) {
  constexpr int kLimit = 25;
  change([](WriteTx& tx) { tx.insert(Instance{kHere, false, "key", at(0)}); });
  std::atomic<int> created = 0;
  race(4, [&](int thread, int round) {
    const auto done = node(thread).write([&](WriteTx& tx) -> Done {
      const auto used = tx.count_actor_tokens_since(kHere, id<ActorTokenId>(0), kLimit);
      if (used >= kLimit) return refuse(Code::impersonation_limit);
      tx.insert(pending_token(1000 * round + thread));
      return {};
    });
    if (done) ++created;
    EXPECT_TRUE(done || done.error().code == Code::impersonation_limit) << done.error().detail;
  });
  EXPECT_EQ(created, kLimit);
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_actor_tokens(kHere, {}); }), kLimit);
}

// A ban closes the user's sessions; a redemption on another node must not open one behind its back.
TEST_F(Nodes, NoSessionOfABannedUserIsLeftWhateverRaced) {
  constexpr int kRounds = 30;
  change([&](WriteTx& tx) {
    std::string taken;
    for (int round = 0; round < kRounds; ++round) tx.insert(plain_user(round + 1), taken);
  });
  race(kRounds, [&](int thread, int round) {
    const auto user_id = id<UserId>(round + 1);
    const auto done = node(thread).write([&](WriteTx& tx) -> Done {
      auto user = tx.find_user(kHere, user_id);
      if (!user || user->banned) return refuse(Code::user_banned);
      if (thread == kThreads - 1) {
        user->banned = true;
        std::string taken;
        tx.update(*user, taken);
        for (const auto& session : tx.sessions(kHere, {.user_id = user_id}, {.limit = 1000})) {
          tx.close_if_alive(kHere, session.id, SessionState::revoked, at(1), SessionState::active);
        }
        return {};
      }
      auto session = active_session(1000 * round + thread);
      session.user_id = user_id;
      tx.insert(session);
      return {};
    });
    EXPECT_TRUE(done || done.error().code == Code::user_banned) << done.error().detail;
  });
  for (int round = 0; round < kRounds; ++round) {
    const auto user_id = id<UserId>(round + 1);
    const auto user = ask([&](ReadTx& tx) { return tx.find_user(kHere, user_id); });
    const SessionFilter alive{.user_id = user_id, .state = SessionState::active};
    if (user->banned) {
      EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_sessions(kHere, alive); }), 0);
    }
  }
}

// Two who read a user together and then both change it would wait for each other until PostgreSQL
// ends one of them, a second later, and the next time again.
TEST_F(Nodes, WhoChangesAUserWaitsForTheOneBefore) {
  constexpr int kRounds = 5;
  change([](WriteTx& tx) {
    std::string taken;
    tx.insert(plain_user(1), taken);
  });
  std::atomic<int> changes = 0;
  const auto began = std::chrono::steady_clock::now();
  race(kRounds, [&](int thread, int /*round*/) {
    const auto done = node(thread).write([&](WriteTx& tx) -> Done {
      auto user = tx.find_user_to_update(kHere, id<UserId>(1));
      user->first_name = user->first_name.value_or("") + "x";
      std::string taken;
      return tx.update(*user, taken) ? Done() : Done(refuse(Code::param_taken));
    });
    EXPECT_TRUE(done) << done.error().detail;
    if (done) ++changes;
  });
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(kRounds));
  const auto user = ask([&](ReadTx& tx) { return tx.find_user(kHere, id<UserId>(1)); });
  const auto before = plain_user(1).first_name.value_or("");
  EXPECT_EQ(user->first_name->size(), before.size() + static_cast<std::size_t>(changes));
}

// A batch, one member of which wants a row that somebody else holds for seconds.
TEST_F(Nodes, AMemberThatWaitsForALockDoesNotTakeItsNeighboursWithIt) {
  constexpr int kNeighbours = 20;
  const auto wanted = pending_token(0);
  change([](WriteTx& tx) {
    for (int n = 0; n <= kNeighbours; ++n) tx.insert(pending_token(n));
  });
  const auto store = store::open_postgres({.url = home_->url(), .writers = 2});

  std::atomic<bool> released = false;
  std::thread holder([&] {
    home_->execute("SELECT 1 FROM actor_tokens WHERE id = '" + wanted.id.text +
                   "' FOR UPDATE; SELECT pg_sleep(5)");
    released = true;
  });
  const auto is_held = [&] {
    try {
      home_->execute("SELECT 1 FROM actor_tokens WHERE id = '" + wanted.id.text +
                     "' FOR UPDATE NOWAIT");
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  };
  while (!is_held() && !released) std::this_thread::yield();

  std::latch gathered(1);
  std::atomic<int> busy = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {  // both are busy until the others have queued
    threads.emplace_back([&] {
      EXPECT_TRUE(store->write([&](WriteTx&) -> Done {
        ++busy;
        gathered.wait();
        return {};
      }));
    });
    while (busy <= writer) std::this_thread::yield();
  }
  for (int n = 0; n <= kNeighbours; ++n) {
    threads.emplace_back([&, n] {
      const auto token = pending_token(n);
      const auto done = store->write([&](WriteTx& tx) -> Done {
        tx.revoke_if_pending(kHere, token.id, at(1));
        return {};
      });
      EXPECT_TRUE(done) << n << ": " << done.error().detail;
      if (n > 0) {
        EXPECT_FALSE(released) << n;
      }
    });
  }
  std::this_thread::sleep_for(milliseconds(100));  // most have queued by then; none has to
  gathered.count_down();
  for (auto& thread : threads) thread.join();
  holder.join();
  const auto revoked =
      ask([](ReadTx& tx) { return tx.count_actor_tokens(kHere, {.state = TokenState::revoked}); });
  EXPECT_EQ(revoked, kNeighbours + 1);
}

// Each node removes what is over, from the same end: nobody waits long for another, and each token
// goes once, while others are being redeemed.
TEST_F(Nodes, RemoveTheSameBacklogTogetherAndNothingElse) {
  constexpr int kTokens = 600;  // the first half has been over for long
  constexpr int kAtOnce = 50;
  change([](WriteTx& tx) {
    for (int n = 0; n < kTokens; ++n) {
      auto token = pending_token(n);
      if (n < kTokens / 2) token.expires_at = at(-1000);
      tx.insert(token);
    }
  });
  std::atomic<std::int64_t> removed = 0;
  std::atomic<int> redeemed = 0;
  on_every_thread([&](int thread) {
    if (thread >= kNodes) {
      for (int n = kTokens / 2; n < kTokens; ++n) redeemed += redeem(thread, n) ? 1 : 0;
      return;
    }
    for (int last = kAtOnce; last <= kTokens; last += kAtOnce) {
      const Stretch stretch{Removable::actor_tokens, id<ActorTokenId>(last - kAtOnce - 1).text,
                            id<ActorTokenId>(last - 1).text, at(0)};
      const auto done = node(thread).write([&](WriteTx& tx) -> Done {
        removed += tx.remove_over(kHere, stretch);
        return {};
      });
      EXPECT_TRUE(done) << done.error().detail;
    }
  });
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_actor_tokens(kHere, {}); }), kTokens / 2);
  EXPECT_GE(removed, kTokens / 2);  // more: of transactions that were tried again
  EXPECT_EQ(redeemed, kTokens / 2);
  expect_one_of_each(kTokens / 2);
}

TEST_F(Nodes, NodesThatStartTogetherOnAnEmptyDatabaseMakeOneInstance) {
  crypto::SystemRandom random;
  on_every_thread([&](int thread) {
    auto& store = node(thread);
    const auto prepared = prepare(store, store.clock(), random,
                                  {.secret_key = Secret("sk_test_0123456789abcdef0123456789")});
    EXPECT_TRUE(prepared) << prepared.error().detail;
  });
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.instances().size(); }), 1U);
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.secret_keys().size(); }), 1U);
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.signing_keys().size(); }), 1U);
}

TEST_F(Nodes, TheirClocksAgreeAndNeverGoBackwards) {
  for (int i = 0; i < 1000; ++i) {
    const auto first = nodes_[0]->clock().now();
    EXPECT_LE(first, nodes_[0]->clock().now());
    EXPECT_LT(std::chrono::abs(first - nodes_[1]->clock().now()), milliseconds(250));
  }
  const auto here = SystemClock().now();  // the database runs on this machine
  EXPECT_LT(std::chrono::abs(nodes_[2]->clock().now() - here), milliseconds(250));
}

}  // namespace
}  // namespace tenens::test
