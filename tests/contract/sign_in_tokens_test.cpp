#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class SignInTokensContract : public StoreContract {
 protected:
  static SignInToken pending(int number) {
    return {.id = id<SignInTokenId>(number),
            .instance_id = kHere,
            .user_id = id<UserId>(1),
            .ticket_digest = digest(number),
            .expires_in = seconds(1),
            .expires_at = at(1000),
            .created_at = at(0),
            .updated_at = at(0)};
  }
  std::optional<SignInToken> found(int number) {
    return ask([&](ReadTx& tx) { return tx.find_sign_in_token(kHere, id<SignInTokenId>(number)); });
  }
  bool accept(int number, Instant now, const InstanceId& where = kHere) {
    return decide([&](WriteTx& tx) {
      return tx.accept_if_pending(where, id<SignInTokenId>(number), id<SessionId>(number), now);
    });
  }
  bool revoke(int number, Instant now, const InstanceId& where = kHere) {
    return decide(
        [&](WriteTx& tx) { return tx.revoke_if_pending(where, id<SignInTokenId>(number), now); });
  }
};
TENENS_FOR_EVERY_STORE(SignInTokensContract);

TEST_P(SignInTokensContract, ATokenComesBackAsItWasStored) {
  insert(pending(1));
  EXPECT_EQ(found(1), pending(1));
  EXPECT_FALSE(found(2));
}

TEST_P(SignInTokensContract, ATokenIsAcceptedOnceAndNamesItsSession) {
  insert(pending(1));
  EXPECT_FALSE(accept(1, at(1), kElsewhere));
  EXPECT_TRUE(accept(1, at(999)));
  EXPECT_FALSE(accept(1, at(999)));
  EXPECT_FALSE(revoke(1, at(999)));
  auto expected = pending(1);
  expected.state = TokenState::accepted;
  expected.session_id = id<SessionId>(1);
  expected.updated_at = at(999);
  EXPECT_EQ(found(1), expected);
}

TEST_P(SignInTokensContract, ATokenIsNotAcceptedFromItsExpiryOnNorAfterItsRevocation) {
  insert(pending(1), pending(2));
  EXPECT_FALSE(accept(1, at(1000)));
  EXPECT_FALSE(revoke(2, at(1), kElsewhere));
  EXPECT_TRUE(revoke(2, at(1)));
  EXPECT_FALSE(revoke(2, at(2)));
  EXPECT_FALSE(accept(2, at(2)));
}

class ReopenContract : public StoreContract {};
TENENS_FOR_EVERY_STORE(ReopenContract);

TEST_P(ReopenContract, OnlyAReplacedSessionIsReopened) {
  for (const auto state : {SessionState::active, SessionState::revoked, SessionState::ended,
                           SessionState::removed, SessionState::replaced}) {
    const int number = 1 + static_cast<int>(state);
    auto session = active_session(number);
    session.state = state;
    insert(session);
    const auto sid = id<SessionId>(number);
    EXPECT_FALSE(
        decide([&](WriteTx& tx) { return tx.reopen_if_replaced(kElsewhere, sid, at(7)); }));
    EXPECT_EQ(decide([&](WriteTx& tx) { return tx.reopen_if_replaced(kHere, sid, at(7)); }),
              state == SessionState::replaced);
    if (state == SessionState::replaced) {
      session.state = SessionState::active;
      session.last_active_at = session.updated_at = at(7);
    }
    EXPECT_EQ(this->session(number), session);
  }
}

TEST_P(ReopenContract, AClientRemembersWhatMayComeBack) {
  auto remembered = client(1);
  remembered.restorable_session_id = id<SessionId>(9);
  insert(remembered);
  const auto read = [&] {
    return ask([](ReadTx& tx) { return tx.find_client(kHere, id<ClientId>(1)); });
  };
  EXPECT_EQ(read(), remembered);
  remembered.restorable_session_id.reset();
  change([&](WriteTx& tx) { tx.update(remembered); });
  EXPECT_EQ(read(), remembered);
}

}  // namespace
}  // namespace tenens::test
