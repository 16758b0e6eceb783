#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class ActorTokensContract : public StoreContract {
 protected:
  bool accept(int number, Instant now, const InstanceId& where = kHere) {
    return decide([&](WriteTx& tx) {
      return tx.accept_if_pending(where, id<ActorTokenId>(number), id<SessionId>(number), now);
    });
  }
  bool revoke(int number, Instant now, const InstanceId& where = kHere) {
    return decide(
        [&](WriteTx& tx) { return tx.revoke_if_pending(where, id<ActorTokenId>(number), now); });
  }
  std::vector<ActorTokenId> passing(const ActorTokenFilter& filter, Page page = {},
                                    const InstanceId& where = kHere) {
    std::vector<ActorTokenId> ids;
    for (const auto& token :
         ask([&](ReadTx& tx) { return tx.actor_tokens(where, filter, page); })) {
      ids.push_back(token.id);
    }
    return ids;
  }
  static std::vector<ActorTokenId> numbers(std::initializer_list<int> wanted) {
    std::vector<ActorTokenId> ids;
    for (const int number : wanted) ids.push_back(id<ActorTokenId>(number));
    return ids;
  }
};
TENENS_FOR_EVERY_STORE(ActorTokensContract);

TEST_P(ActorTokensContract, ATokenComesBackAsItWasStored) {
  insert(pending_token(1));
  EXPECT_EQ(token(1), pending_token(1));

  auto full = pending_token(2);
  full.state = TokenState::revoked;
  full.session_id = id<SessionId>(4);
  full.reason = "ticket 4711, \"quoted\" and é";
  full.updated_at = at(6);
  insert(full);
  EXPECT_EQ(token(2), full);
}

TEST_P(ActorTokensContract, AnAcceptedTokenNamesItsSessionAndMoment) {
  insert(pending_token(1));
  EXPECT_TRUE(accept(1, at(999)));

  auto expected = pending_token(1);
  expected.state = TokenState::accepted;
  expected.session_id = id<SessionId>(1);
  expected.updated_at = at(999);
  EXPECT_EQ(token(1), expected);
}

TEST_P(ActorTokensContract, ATokenIsAcceptedOnce) {
  insert(pending_token(1));
  EXPECT_TRUE(accept(1, at(1)));
  const auto first = token(1);
  EXPECT_FALSE(accept(1, at(2)));
  EXPECT_FALSE(revoke(1, at(3)));
  EXPECT_EQ(token(1), first);
}

TEST_P(ActorTokensContract, ATokenIsAcceptedOnceWithinOneWrite) {
  insert(pending_token(1));
  change([](WriteTx& tx) {
    const auto token = id<ActorTokenId>(1);
    EXPECT_TRUE(tx.accept_if_pending(kHere, token, id<SessionId>(1), at(1)));
    EXPECT_EQ(tx.find_actor_token(kHere, token)->state, TokenState::accepted)
        << "reads own changes";
    EXPECT_FALSE(tx.accept_if_pending(kHere, token, id<SessionId>(2), at(1)));
  });
}

TEST_P(ActorTokensContract, ATokenIsNotAcceptedFromItsExpiryOn) {
  insert(pending_token(1));
  EXPECT_FALSE(accept(1, at(1001)));
  EXPECT_FALSE(accept(1, at(1000)));
  EXPECT_EQ(token(1), pending_token(1));
  EXPECT_TRUE(accept(1, at(999)));
}

TEST_P(ActorTokensContract, ATokenIsRevokedOnceEvenAfterItsExpiryAndThenNotAccepted) {
  insert(pending_token(1));
  EXPECT_TRUE(revoke(1, at(5000)));
  auto expected = pending_token(1);
  expected.state = TokenState::revoked;
  expected.updated_at = at(5000);
  EXPECT_EQ(token(1), expected);
  EXPECT_FALSE(revoke(1, at(5001)));
  EXPECT_FALSE(accept(1, at(1)));
  EXPECT_EQ(token(1), expected);
}

TEST_P(ActorTokensContract, ATokenThatDoesNotExistIsNeitherAcceptedNorRevoked) {
  EXPECT_FALSE(accept(1, at(1)));
  EXPECT_FALSE(revoke(1, at(1)));
  EXPECT_FALSE(token(1));
}

TEST_P(ActorTokensContract, AnotherInstancesTokenIsNotFoundNotListedNotAcceptedAndNotRevoked) {
  insert(pending_token(1));
  EXPECT_FALSE(
      ask([](ReadTx& tx) { return tx.find_actor_token(kElsewhere, id<ActorTokenId>(1)); }));
  EXPECT_TRUE(passing({}, {}, kElsewhere).empty());
  EXPECT_EQ(ask([](ReadTx& tx) { return tx.count_actor_tokens(kElsewhere, {}); }), 0);
  EXPECT_EQ(ask([](ReadTx& tx) {
              return tx.count_actor_tokens_since(kElsewhere, id<ActorTokenId>(0), 10);
            }),
            0);
  EXPECT_FALSE(accept(1, at(1), kElsewhere));
  EXPECT_FALSE(revoke(1, at(1), kElsewhere));
  EXPECT_EQ(token(1), pending_token(1));
}

TEST_P(ActorTokensContract, ListsAreNewestFirstAndFilteredAndPaged) {
  for (int n = 1; n <= 6; ++n) {
    auto token = pending_token(n);
    token.user_id = id<UserId>(n % 2);
    if (n > 3) token.actor = actor("other");
    insert(token);
  }
  EXPECT_TRUE(revoke(5, at(1)));

  EXPECT_EQ(passing({}), numbers({6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(passing({.user_id = id<UserId>(1)}), numbers({5, 3, 1}));
  EXPECT_EQ(passing({.actor_sub = "other"}), numbers({6, 5, 4}));
  EXPECT_EQ(passing({.state = TokenState::revoked}), numbers({5}));
  EXPECT_EQ(passing({.user_id = id<UserId>(0), .actor_sub = "other", .state = TokenState::pending}),
            numbers({6, 4}));
  EXPECT_EQ(passing({.state = TokenState::pending}, {.limit = 2, .offset = 1}), numbers({4, 3}));
  const ActorTokenFilter pending{.state = TokenState::pending};
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_actor_tokens(kHere, pending); }), 5);
  EXPECT_EQ(ask([&](ReadTx& tx) { return tx.count_actor_tokens(kHere, {}); }), 6);
}

TEST_P(ActorTokensContract, CountingSinceAnIdIncludesItAndStopsAtItsBound) {
  for (int n = 1; n <= 6; ++n) insert(pending_token(n));
  const auto count = [&](int first, std::int64_t at_most) {
    return ask([&](ReadTx& tx) {
      return tx.count_actor_tokens_since(kHere, id<ActorTokenId>(first), at_most);
    });
  };
  EXPECT_EQ(count(4, 100), 3);
  EXPECT_EQ(count(0, 100), 6);
  EXPECT_EQ(count(0, 2), 2);
  EXPECT_EQ(count(0, 0), 0);
  EXPECT_EQ(count(7, 100), 0);
}

}  // namespace
}  // namespace tenens::test
