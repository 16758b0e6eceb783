#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

class RetentionContract : public StoreContract {
 protected:
  /// Pending; over at `end`.
  static ActorToken actor_token(int number, Instant end, const InstanceId& where = kHere) {
    auto token = pending_token(number);
    token.instance_id = where;
    token.expires_at = end;
    return token;
  }
  static SignInToken sign_in_token(int number, Instant end, const InstanceId& where = kHere) {
    return {.id = id<SignInTokenId>(number),
            .instance_id = where,
            .user_id = id<UserId>(1),
            .ticket_digest = digest(number),
            .expires_in = seconds(1),
            .expires_at = end,
            .created_at = at(0),
            .updated_at = at(0)};
  }
  static Client browser(int number, Instant last_seen) {
    auto made = client(number);
    made.updated_at = last_seen;
    return made;
  }
  /// Accepted, and over as a token at `end`; its session, in browser `number`, is at `session_end`.
  template <class Token>
  void insert_with_session(Token token, int number, Instant session_end) {
    token.state = TokenState::accepted;
    token.session_id = id<SessionId>(number);
    auto opened = active_session(number);
    opened.instance_id = token.instance_id;
    opened.client_id = id<ClientId>(number);
    opened.expire_at = session_end;
    opened.state = SessionState::ended;
    insert(token, opened);
  }

  template <class Kind>
  static Stretch stretch(Removable what, int after, int last, Instant over_by) {
    return {what, id<Id<Kind>>(after).text, id<Id<Kind>>(last).text, over_by};
  }
  std::int64_t remove(const Stretch& stretch) {
    return decide([&](WriteTx& tx) { return tx.remove_over(kHere, stretch); });
  }
  LookedAt look_at(const Stretch& stretch, std::int64_t over_at_most, std::int64_t at_most) {
    return ask([&](ReadTx& tx) { return tx.look_at(kHere, stretch, over_at_most, at_most); });
  }
  /// Numbers of what is left of 1 to 9: actor tokens, sign-in tokens, sessions, browsers.
  std::string left(const InstanceId& where = kHere) {
    return ask([&](ReadTx& tx) {
      std::string text;
      const auto add_all = [&](auto find) {
        for (int n = 1; n <= 9; ++n) text += find(n) ? std::to_string(n) : "";
        text += '|';
      };
      add_all([&](int n) { return tx.find_actor_token(where, id<ActorTokenId>(n)).has_value(); });
      add_all(
          [&](int n) { return tx.find_sign_in_token(where, id<SignInTokenId>(n)).has_value(); });
      add_all([&](int n) { return tx.find_session(where, id<SessionId>(n)).has_value(); });
      add_all([&](int n) { return tx.find_client(where, id<ClientId>(n)).has_value(); });
      return text;
    });
  }
};
TENENS_FOR_EVERY_STORE(RetentionContract);

TEST_P(RetentionContract, OfAStretchTheTokensGoThatAreOverInEveryStateAndNoOthers) {
  for (int n = 1; n <= 5; ++n) {
    for (const auto& where : {kHere, kElsewhere}) {
      insert(actor_token(n, at(n % 2 == 0 ? 1000 : 5000), where));
      insert(sign_in_token(n, at(n % 2 == 0 ? 1000 : 5000), where));
    }
  }
  EXPECT_TRUE(
      decide([](WriteTx& tx) { return tx.revoke_if_pending(kHere, id<ActorTokenId>(2), at(1)); }));
  EXPECT_EQ(remove(stretch<kind::ActorToken>(Removable::actor_tokens, 0, 3, at(1001))), 1);
  EXPECT_EQ(left(), "1345|12345|||");
  EXPECT_EQ(remove(stretch<kind::SignInToken>(Removable::sign_in_tokens, 1, 4, at(5001))), 3);
  EXPECT_EQ(left(), "1345|15|||");
  EXPECT_EQ(left(kElsewhere), "12345|12345|||");
}

TEST_P(RetentionContract, WhatEndsAtTheMomentStays) {
  insert(actor_token(1, at(1000)));
  EXPECT_EQ(remove(stretch<kind::ActorToken>(Removable::actor_tokens, 0, 9, at(1000))), 0);
  EXPECT_EQ(remove(stretch<kind::ActorToken>(Removable::actor_tokens, 0, 9, at(1001))), 1);
}

TEST_P(RetentionContract, ATokenStaysForItsSessionAndTheTwoGoTogether) {
  insert_with_session(actor_token(1, at(1000)), 1, at(9000));
  insert_with_session(sign_in_token(2, at(1000)), 2, at(9000));
  insert_with_session(actor_token(3, at(1000)), 3, at(1500));
  insert_with_session(sign_in_token(4, at(1000)), 4, at(1500));
  insert_with_session(actor_token(5, at(9000)), 5, at(1500));  // its ticket has not expired
  const auto remove_all = [&](Instant over_by) {
    return remove(stretch<kind::ActorToken>(Removable::actor_tokens, 0, 9, over_by)) +
           remove(stretch<kind::SignInToken>(Removable::sign_in_tokens, 0, 9, over_by));
  };
  EXPECT_EQ(remove_all(at(2000)), 2);
  EXPECT_EQ(left(), "15|2|125||");
  EXPECT_EQ(remove_all(at(9001)), 3);
  EXPECT_EQ(left(), "||||");
}

TEST_P(RetentionContract, ABrowserStaysForItsSessionsAndWhileSomethingHappensToIt) {
  insert(browser(1, at(10)), browser(2, at(10)), browser(3, at(5000)), active_session(1));
  EXPECT_EQ(remove(stretch<kind::Client>(Removable::clients, 0, 9, at(1000))), 1);
  EXPECT_EQ(left(), "||1|13|");
}

TEST_P(RetentionContract, ALookSaysHowManyAreOverAndHowFarItCame) {
  for (int n = 1; n <= 6; ++n) insert(actor_token(n, at(n == 3 ? 5000 : 1000)));
  const auto until = [&](int after, int last, std::int64_t over_at_most, std::int64_t at_most) {
    const auto found =
        look_at(stretch<kind::ActorToken>(Removable::actor_tokens, after, last, at(2000)),
                over_at_most, at_most);
    return std::to_string(found.over) + " to " +
           (found.last.empty() ? "none" : found.last.substr(30)) +
           (found.at_end ? ", the end" : "");
  };
  EXPECT_EQ(until(0, 9, kAny, kAny), "5 to 6, the end");
  EXPECT_EQ(until(0, 4, kAny, kAny), "3 to 4, the end");
  EXPECT_EQ(until(0, 9, 3, kAny), "3 to 4");
  EXPECT_EQ(until(0, 9, kAny, 3), "2 to 3");
  EXPECT_EQ(until(2, 9, kAny, 1), "0 to 3");
  EXPECT_EQ(until(6, 9, kAny, kAny), "0 to none, the end");
}

TEST_P(RetentionContract, LookingAndFindingNothingChangesNothing) {
  insert(actor_token(1, at(5000)), browser(1, at(10)), active_session(1));
  EXPECT_EQ(look_at(stretch<kind::Client>(Removable::clients, 0, 9, at(1000)), kAny, kAny).over, 0);
  EXPECT_EQ(remove(stretch<kind::Client>(Removable::clients, 0, 9, at(1000))), 0);
  EXPECT_EQ(left(), "1||1|1|");
}

}  // namespace
}  // namespace tenens::test
