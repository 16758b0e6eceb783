#include "core/user_sessions.hpp"

#include <gtest/gtest.h>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

class UserSessionsTest : public testing::Test {
 protected:
  SignedIn sign_in(const User& user, const Visitor& browser) {
    const auto minted =
        world.services.sign_in_tokens.create(world.caller, {.user_id = user.id}).value();
    return world.services.sign_ins.redeem(browser, minted.ticket).value();
  }
  /// In a browser of its own.
  SignedIn sign_in(const User& user) { return sign_in(user, world.visitor()); }
  Visitor of(const SignedIn& signed_in) const { return world.visitor(signed_in.client_cookie); }
  std::vector<SessionId> seen_by(const Visitor& visitor, std::optional<SessionId> asking = {}) {
    const auto sessions = world.services.user_sessions.list(visitor, asking).value();
    std::vector<SessionId> ids;
    for (const auto& session : sessions) ids.push_back(session.id);
    return ids;
  }
  Result<RevokedSession> revoke(const Visitor& visitor, const SessionId& id) {
    return world.services.user_sessions.revoke(visitor, {}, id);
  }
  static Settings with_restore() {
    Settings settings;
    settings.restore_session = true;
    return settings;
  }
  bool is_signed_in(const SignedIn& one) {
    return world.services.sessions.token(of(one), one.session.id).has_value();
  }

  World world{with_restore()};
  SignedIn own = sign_in(world.customer);
  SignedIn elsewhere = sign_in(world.customer);
  SignedIn somebody = sign_in(world.agent);
  SignedIn acting = world.redeem(world.mint()).value();
};

TEST_F(UserSessionsTest, OfOneselfAreSeenWhereverTheyAreAndWhoeverActs) {
  EXPECT_EQ(seen_by(of(own)),
            (std::vector{acting.session.id, elsewhere.session.id, own.session.id}));
  EXPECT_EQ(seen_by(of(somebody)), std::vector{somebody.session.id});
}

TEST_F(UserSessionsTest, WhoActsForSomebodySeesAndReachesItselfAlone) {
  EXPECT_EQ(seen_by(of(acting)), std::vector{acting.session.id});
  const auto before = world.audit().size();
  EXPECT_EQ(code_of(revoke(of(acting), own.session.id)), Code::session_not_found);
  EXPECT_TRUE(is_signed_in(own));
  EXPECT_EQ(world.audit().size(), before);
}

TEST_F(UserSessionsTest, NobodyElsesAreReached) {
  EXPECT_EQ(code_of(revoke(of(own), somebody.session.id)), Code::session_not_found);
  EXPECT_EQ(code_of(revoke(of(own), SessionId{"sess_none"})), Code::session_not_found);
  EXPECT_TRUE(is_signed_in(somebody));
}

TEST_F(UserSessionsTest, WhoeverActsIsShownTheDoorAndTheAuditSaysByWhom) {
  const auto revoked = revoke(of(own), acting.session.id).value();
  EXPECT_EQ(revoked.session.state, SessionState::revoked);
  EXPECT_EQ(revoked.session.id, acting.session.id);
  EXPECT_EQ(revoked.view.sessions.size(), 1U);
  EXPECT_FALSE(is_signed_in(acting));
  const auto last = world.audit().back();
  EXPECT_EQ(last.action, AuditAction::session_revoked_by_user);
  EXPECT_EQ(last.session_id, acting.session.id);
  EXPECT_EQ(last.actor, acting.session.actor) << "whom it is about";
  EXPECT_EQ(last.code, own.session.id.text) << "from where";
  EXPECT_FALSE(last.key_id);

  EXPECT_TRUE(revoke(of(own), acting.session.id)) << "it is over already";
  EXPECT_EQ(world.audit().back().sequence, last.sequence);
}

TEST_F(UserSessionsTest, WhoRevokesItselfHasEndedAndItsOwnSessionComesBack) {
  const auto minted = world.mint();
  const auto acts = world.redeem(minted, somebody.client_cookie).value();
  ASSERT_FALSE(is_signed_in(somebody));
  const auto revoked = revoke(of(acts), acts.session.id).value();
  ASSERT_EQ(revoked.view.sessions.size(), 1U);
  EXPECT_EQ(revoked.view.sessions.front().session.id, somebody.session.id);
  EXPECT_EQ(revoked.session.state, SessionState::revoked);
  const auto events = world.audit();
  EXPECT_EQ(events.at(events.size() - 2).action, AuditAction::session_ended);
  EXPECT_EQ(events.back().action, AuditAction::session_restored);
}

TEST_F(UserSessionsTest, WhatIsAwayIsSeenAndCanBeKeptAway) {
  const auto acts = world.redeem(world.mint(), somebody.client_cookie).value();
  const auto second = sign_in(world.agent);
  EXPECT_EQ(seen_by(of(second)), (std::vector{second.session.id, somebody.session.id}));
  EXPECT_TRUE(revoke(of(second), somebody.session.id));
  EXPECT_EQ(seen_by(of(second)), std::vector{second.session.id});
  const auto after =
      world.services.sessions.close(of(acts), acts.session.id, SessionState::ended).value();
  EXPECT_TRUE(after.sessions.empty());
}

TEST_F(UserSessionsTest, WhatWasReplacedForGoodIsNotSeen) {
  const auto acts = world.redeem(world.mint(), somebody.client_cookie).value();
  ASSERT_TRUE(world.services.sessions.revoke(world.caller, acts.session.id));
  const auto anew = sign_in(world.agent, of(acts));  // before the one that was away is back
  EXPECT_EQ(seen_by(of(anew)), std::vector{anew.session.id});
}

TEST_F(UserSessionsTest, WhatIsOverIsNotSeen) {
  world.clock.advance(std::chrono::minutes(30));
  EXPECT_EQ(seen_by(of(own)), (std::vector{elsewhere.session.id, own.session.id}));
  EXPECT_TRUE(revoke(of(own), own.session.id)) << "one's own, too";
  EXPECT_EQ(code_of(world.services.user_sessions.list(of(own), {})), Code::signed_out);
  EXPECT_EQ(seen_by(of(elsewhere)), std::vector{elsewhere.session.id});
}

TEST_F(UserSessionsTest, NorIsWhatMayNotGoOn) {
  Settings settings;
  settings.protected_users.insert(world.customer.id.text);
  UserSessions stricter(*world.store, world.clock, settings);
  const auto sessions = stricter.list(of(own), {}).value();
  EXPECT_EQ(sessions.size(), 2U) << "nobody acts for a protected user";
}

TEST_F(UserSessionsTest, TheNamedOneAsksOrNobody) {
  EXPECT_EQ(seen_by(of(own), own.session.id).size(), 3U);
  auto& sessions = world.services.user_sessions;
  EXPECT_EQ(code_of(sessions.list(of(own), elsewhere.session.id)), Code::signed_out);
  EXPECT_EQ(code_of(sessions.revoke(of(own), elsewhere.session.id, own.session.id)),
            Code::signed_out);
  EXPECT_EQ(code_of(sessions.list(world.visitor(), {})), Code::signed_out);
}

}  // namespace
}  // namespace tenens
