#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class SessionsContract : public StoreContract {
 protected:
  bool close(int number, SessionState to, Instant now, const InstanceId& where = kHere,
             SessionState or_from = SessionState::active) {
    return decide([&](WriteTx& tx) {
      return tx.close_if_alive(where, id<SessionId>(number), to, now, or_from);
    });
  }
  bool touch(int number, Instant now, const InstanceId& where = kHere) {
    return decide([&](WriteTx& tx) { return tx.touch(where, id<SessionId>(number), now); });
  }
  std::vector<SessionId> passing(const SessionFilter& filter, Page page = {},
                                 const InstanceId& where = kHere) {
    std::vector<SessionId> ids;
    for (const auto& session : ask([&](ReadTx& tx) { return tx.sessions(where, filter, page); })) {
      ids.push_back(session.id);
    }
    return ids;
  }
  static std::vector<SessionId> numbers(std::initializer_list<int> wanted) {
    std::vector<SessionId> ids;
    for (const int number : wanted) ids.push_back(id<SessionId>(number));
    return ids;
  }
};
TENENS_FOR_EVERY_STORE(SessionsContract);

TEST_P(SessionsContract, ASessionComesBackAsItWasStored) {
  auto plain = active_session(1);
  plain.actor.reset();
  plain.actor_token_id.reset();
  auto full = active_session(2);
  full.updated_at = at(3);
  insert(plain, full);
  EXPECT_EQ(session(1), plain);
  EXPECT_EQ(session(2), full);
}

TEST_P(SessionsContract, EveryStateComesBackAsItWasStored) {
  int number = 0;
  for (const auto state : {SessionState::active, SessionState::revoked, SessionState::ended,
                           SessionState::removed, SessionState::replaced}) {
    auto stored = active_session(++number);
    stored.state = state;
    insert(stored);
    EXPECT_EQ(session(number), stored);
    EXPECT_EQ(passing({.state = state}), numbers({number}));
  }
}

TEST_P(SessionsContract, ASessionClosesOnceAndForGood) {
  insert(active_session(1));
  EXPECT_TRUE(close(1, SessionState::ended, at(5)));
  auto expected = active_session(1);
  expected.state = SessionState::ended;
  expected.updated_at = at(5);
  EXPECT_EQ(session(1), expected);

  EXPECT_FALSE(close(1, SessionState::revoked, at(6)));
  EXPECT_FALSE(touch(1, at(7)));
  EXPECT_EQ(session(1), expected) << "no activity revives it";
  EXPECT_FALSE(close(2, SessionState::ended, at(5)));
}

TEST_P(SessionsContract, WhatHasRunOutCannotBeClosed) {
  auto idle_longer = active_session(2);
  idle_longer.idle_limit = seconds(60);
  insert(active_session(1), idle_longer);
  EXPECT_FALSE(close(1, SessionState::ended, at(10'000))) << "idle";
  EXPECT_FALSE(close(2, SessionState::ended, at(20'000))) << "expired";
  EXPECT_EQ(session(1), active_session(1));
  EXPECT_EQ(session(2), idle_longer);
  EXPECT_TRUE(close(1, SessionState::ended, at(9'999)));
  EXPECT_TRUE(close(2, SessionState::ended, at(19'999)));
}

TEST_P(SessionsContract, AReplacedOneClosesWhereThatIsAskedFor) {
  auto away = active_session(1);
  away.state = SessionState::replaced;
  insert(away, active_session(2));
  EXPECT_FALSE(close(1, SessionState::revoked, at(5)));
  EXPECT_FALSE(close(1, SessionState::revoked, at(10'000), kHere, SessionState::replaced));
  EXPECT_TRUE(close(1, SessionState::revoked, at(5), kHere, SessionState::replaced));
  EXPECT_TRUE(close(2, SessionState::revoked, at(5), kHere, SessionState::replaced));
  EXPECT_EQ(session(1)->state, SessionState::revoked);
  EXPECT_EQ(session(2)->state, SessionState::revoked);
}

TEST_P(SessionsContract, ActivityMovesForwardOnly) {
  insert(active_session(1));
  EXPECT_TRUE(touch(1, at(500)));
  EXPECT_TRUE(touch(1, at(400)));
  EXPECT_FALSE(touch(2, at(400)));
  auto expected = active_session(1);
  expected.last_active_at = expected.updated_at = at(500);
  EXPECT_EQ(session(1), expected);
}

TEST_P(SessionsContract, AnotherInstancesSessionIsNotFoundNotListedNotClosedAndNotTouched) {
  insert(active_session(1));
  EXPECT_FALSE(ask([](ReadTx& tx) { return tx.find_session(kElsewhere, id<SessionId>(1)); }));
  EXPECT_TRUE(passing({}, {}, kElsewhere).empty());
  EXPECT_TRUE(passing({.client_id = id<ClientId>(1)}, {}, kElsewhere).empty());
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_sessions(kElsewhere, {}); }), 0);
  EXPECT_FALSE(close(1, SessionState::ended, at(5), kElsewhere));
  EXPECT_FALSE(touch(1, at(6), kElsewhere));
  EXPECT_EQ(session(1), active_session(1));
}

TEST_P(SessionsContract, ListsAreNewestFirstAndFilteredAndPaged) {
  for (int n = 1; n <= 6; ++n) {
    auto session = active_session(n);
    session.user_id = id<UserId>(n % 2);
    session.client_id = id<ClientId>(n % 3);
    if (n > 4) session.actor = actor("other");
    if (n == 4) session.actor.reset();
    insert(session);
  }
  EXPECT_TRUE(close(3, SessionState::removed, at(1)));

  EXPECT_EQ(passing({}), numbers({6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(passing({.user_id = id<UserId>(1)}), numbers({5, 3, 1}));
  EXPECT_EQ(passing({.client_id = id<ClientId>(0)}), numbers({6, 3}));
  EXPECT_EQ(passing({.actor_sub = "admin"}), numbers({3, 2, 1}));
  EXPECT_EQ(passing({.state = SessionState::active}), numbers({6, 5, 4, 2, 1}));
  EXPECT_EQ(passing({.first_id = id<SessionId>(5)}), numbers({6, 5}));
  EXPECT_EQ(passing({.client_id = id<ClientId>(0), .first_id = id<SessionId>(4)}), numbers({6}));
  EXPECT_EQ(
      passing({.user_id = id<UserId>(1), .state = SessionState::active}, {.limit = 1, .offset = 1}),
      numbers({1}));
  const SessionFilter active{.state = SessionState::active};
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_sessions(kHere, active); }), 5);
}

TEST_P(SessionsContract, TimeTellsAliveFromIdleFromExpired) {
  auto idle_longer = active_session(1);  // idle limit behind its end: can only expire
  idle_longer.idle_limit = seconds(60);
  insert(idle_longer, active_session(2), active_session(3));
  EXPECT_TRUE(touch(3, at(5000)));
  EXPECT_TRUE(close(3, SessionState::revoked, at(5001)));  // in none of these states any more
  EXPECT_FALSE(touch(1, at(20'000)));
  EXPECT_FALSE(touch(2, at(10'000)));

  const auto alive = [&](int ms) { return passing({.alive_at = at(ms)}); };
  const auto abandoned = [&](int ms) { return passing({.abandoned_at = at(ms)}); };
  const auto expired = [&](int ms) { return passing({.expired_at = at(ms)}); };
  EXPECT_EQ(alive(9'999), numbers({2, 1}));
  EXPECT_EQ(abandoned(9'999), numbers({}));
  EXPECT_EQ(alive(10'000), numbers({1}));
  EXPECT_EQ(abandoned(10'000), numbers({2}));
  EXPECT_EQ(expired(19'999), numbers({}));
  EXPECT_EQ(alive(20'000), numbers({}));
  EXPECT_EQ(abandoned(20'000), numbers({2})) << "the limit that came first ended it";
  EXPECT_EQ(expired(20'000), numbers({1}));
}

TEST_P(SessionsContract, AClientComesBackAsItWasStoredAndChanges) {
  insert(client(1));
  const auto find = [&](const InstanceId& where) {
    return ask([&](ReadTx& tx) { return tx.find_client(where, id<ClientId>(1)); });
  };
  EXPECT_EQ(find(kHere), client(1));
  EXPECT_FALSE(find(kElsewhere));

  auto changed = client(1);
  changed.cookie_digest = digest(77);
  changed.last_active_session_id.reset();
  changed.updated_at = at(9);
  change([&](WriteTx& tx) { tx.update(changed); });
  EXPECT_EQ(find(kHere), changed);

  auto intruder = client(1);
  intruder.instance_id = kElsewhere;
  change([&](WriteTx& tx) { tx.update(intruder); });
  EXPECT_EQ(find(kHere), changed);
  EXPECT_FALSE(find(kElsewhere));
}

}  // namespace
}  // namespace tenens::test
