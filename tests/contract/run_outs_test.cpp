#include "support/store_contract.hpp"

namespace tenens::test {
namespace {

/// Sessions of the fixtures go idle at 10,000 and end at 20,000.
class RunOutsContract : public StoreContract {
 protected:
  std::vector<SessionId> note(int after, int last, Instant now, const InstanceId& where = kHere) {
    std::vector<SessionId> ids;
    for (const auto& session : decide([&](WriteTx& tx) {
           return tx.note_run_outs(where, id<SessionId>(after), id<SessionId>(last), now);
         })) {
      ids.push_back(session.id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  std::string look(int after, Instant now, std::int64_t over_at_most = kAny,
                   std::int64_t at_most = kAny) {
    const auto found = ask([&](ReadTx& tx) {
      return tx.look_for_run_outs(kHere, id<SessionId>(after), now, over_at_most, at_most);
    });
    return std::to_string(found.over) + " to " +
           (found.last.empty() ? "none" : found.last.substr(found.last.size() - 1)) +
           (found.at_end ? ", the end" : "");
  }
  static std::vector<SessionId> numbers(std::initializer_list<int> wanted) {
    std::vector<SessionId> ids;
    for (const int number : wanted) ids.push_back(id<SessionId>(number));
    return ids;
  }
  static Session busy_session(int number) {
    auto session = active_session(number);
    session.idle_limit = seconds(60);
    return session;
  }
};
TENENS_FOR_EVERY_STORE(RunOutsContract);

TEST_P(RunOutsContract, EachIsReturnedOnceAndAsItIsStored) {
  insert(active_session(1), busy_session(2));
  EXPECT_EQ(note(0, 9, at(9'999)), numbers({}));
  EXPECT_EQ(note(0, 9, at(10'000)), numbers({1})) << "idle";
  EXPECT_EQ(note(0, 9, at(19'999)), numbers({}));
  EXPECT_EQ(note(0, 9, at(20'000)), numbers({2})) << "expired";
  EXPECT_EQ(note(0, 9, at(99'999)), numbers({}));
  EXPECT_EQ(session(1), active_session(1));
  EXPECT_EQ(session(2), busy_session(2));
}

TEST_P(RunOutsContract, ASessionOfSomebodysOwnIsNotNoted) {
  auto own = active_session(1);
  own.actor.reset();
  own.actor_token_id.reset();
  insert(own);
  EXPECT_EQ(look(0, at(99'999)), "0 to none, the end");
  EXPECT_EQ(note(0, 9, at(99'999)), numbers({}));
}

TEST_P(RunOutsContract, WhatSomebodyHasClosedDidNotRunOut) {
  insert(active_session(1), active_session(2));
  EXPECT_TRUE(decide([](WriteTx& tx) {
    return tx.close_if_alive(kHere, id<SessionId>(1), SessionState::ended, at(5),
                             SessionState::active);
  }));
  EXPECT_EQ(note(0, 9, at(99'999)), numbers({2}));
}

TEST_P(RunOutsContract, ActivityKeepsASessionFromRunningOut) {
  insert(active_session(1));
  EXPECT_TRUE(decide([](WriteTx& tx) { return tx.touch(kHere, id<SessionId>(1), at(5'000)); }));
  EXPECT_EQ(note(0, 9, at(14'999)), numbers({}));
  EXPECT_EQ(note(0, 9, at(15'000)), numbers({1}));
}

TEST_P(RunOutsContract, ActivityThatComesLateRevivesNothing) {
  insert(active_session(1));
  EXPECT_EQ(note(0, 9, at(10'000)), numbers({1}));
  EXPECT_FALSE(decide([](WriteTx& tx) { return tx.touch(kHere, id<SessionId>(1), at(9'999)); }));
  EXPECT_EQ(session(1), active_session(1));
}

TEST_P(RunOutsContract, OnlyThoseBetweenTheTwoIdsAndOfTheInstance) {
  for (int n = 1; n <= 4; ++n) insert(active_session(n));
  auto elsewhere = active_session(5);
  elsewhere.instance_id = kElsewhere;
  insert(elsewhere);
  EXPECT_EQ(note(1, 3, at(99'999)), numbers({2, 3}));
  EXPECT_EQ(note(0, 9, at(99'999)), numbers({1, 4}));
  EXPECT_EQ(note(0, 9, at(99'999), kElsewhere), numbers({5}));
}

TEST_P(RunOutsContract, ALookSaysHowManyHaveRunOutAndHowFarItCame) {
  for (int n = 1; n <= 6; ++n) insert(n == 3 ? busy_session(n) : active_session(n));
  EXPECT_EQ(look(0, at(10'000)), "5 to 6, the end");
  EXPECT_EQ(look(0, at(10'000), 3), "3 to 4");
  EXPECT_EQ(look(0, at(10'000), kAny, 3), "2 to 3");
  EXPECT_EQ(look(2, at(10'000), kAny, 1), "0 to 3");
  EXPECT_EQ(look(6, at(10'000)), "0 to none, the end");
  EXPECT_EQ(note(0, 5, at(10'000)).size(), 4U);
  EXPECT_EQ(look(0, at(10'000)), "1 to 6, the end");
}

TEST_P(RunOutsContract, WhatIsNotNotedIsNotRemoved) {
  auto token = pending_token(1);
  token.state = TokenState::accepted;
  token.expires_at = at(1'000);
  token.session_id = id<SessionId>(1);
  insert(token, active_session(1));
  const Stretch all{Removable::actor_tokens, "", id<ActorTokenId>(9).text, at(99'999)};
  const auto remove = [&] {
    return decide([&](WriteTx& tx) { return tx.remove_over(kHere, all); });
  };
  EXPECT_EQ(remove(), 0);
  EXPECT_EQ(note(0, 9, at(99'999)), numbers({1}));
  EXPECT_EQ(remove(), 1);
}

}  // namespace
}  // namespace tenens::test
