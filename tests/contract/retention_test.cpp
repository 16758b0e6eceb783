#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

/// Rows 1 to 6, of which the even ones are over at 1000 and the odd ones at 5000.
class RetentionContract : public StoreContract {
 protected:
  static Instant end_of(int number) { return at(number % 2 == 0 ? 1000 : 5000); }

  void fill(const InstanceId& where = kHere) {
    for (int i = 1; i <= 6; ++i) {
      auto token = pending_token(i);
      token.instance_id = where;
      token.expires_at = end_of(i);
      insert(token);
      auto kept = active_session(i);
      kept.instance_id = where;
      kept.expire_at = end_of(i);
      insert(kept);
      insert(SignInToken{.id = id<SignInTokenId>(i),
                         .instance_id = where,
                         .user_id = id<UserId>(1),
                         .ticket_digest = digest(i),
                         .expires_in = seconds(1),
                         .expires_at = end_of(i),
                         .created_at = at(0),
                         .updated_at = at(0)});
    }
  }

  template <class AnyId>
  std::int64_t remove(int first_kept, Instant over_by, std::int64_t at_most) {
    return decide(
        [&](WriteTx& tx) { return tx.remove_old(kHere, id<AnyId>(first_kept), over_by, at_most); });
  }

  std::string left(const InstanceId& where = kHere) {
    return ask([&](ReadTx& tx) {
      std::string text;
      const auto add = [&](const auto& found, int number) {
        if (found) text += std::to_string(number);
      };
      for (int i = 1; i <= 6; ++i) add(tx.find_actor_token(where, id<ActorTokenId>(i)), i);
      text += ' ';
      for (int i = 1; i <= 6; ++i) add(tx.find_sign_in_token(where, id<SignInTokenId>(i)), i);
      text += ' ';
      for (int i = 1; i <= 6; ++i) add(tx.find_session(where, id<SessionId>(i)), i);
      return text;
    });
  }
};
TENENS_FOR_EVERY_STORE(RetentionContract);

TEST_P(RetentionContract, TheOldestGoThatAreOverAndNoOthers) {
  fill();
  fill(kElsewhere);
  EXPECT_EQ(remove<ActorTokenId>(5, at(2000), 10), 2);
  EXPECT_EQ(remove<SignInTokenId>(3, at(2000), 10), 1);
  EXPECT_EQ(remove<SessionId>(6, at(6000), 10), 5);
  EXPECT_EQ(left(), "1356 13456 6");
  EXPECT_EQ(left(kElsewhere), "123456 123456 123456");
}

TEST_P(RetentionContract, OnlySoManyGoAtOnceTheOldestFirst) {
  fill();
  EXPECT_EQ(remove<ActorTokenId>(6, at(6000), 2), 2);
  EXPECT_EQ(remove<SignInTokenId>(6, at(6000), 3), 3);
  EXPECT_EQ(remove<SessionId>(6, at(6000), 4), 4);
  EXPECT_EQ(left(), "3456 456 56");
}

TEST_P(RetentionContract, WhatEndsAtTheMomentStays) {
  fill();
  EXPECT_EQ(remove<SessionId>(6, at(1000), 10), 0);
  EXPECT_EQ(left(), "123456 123456 123456");
}

}  // namespace
}  // namespace tenens::test
