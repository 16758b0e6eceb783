// The admin's own session: how it begins, what an impersonation does to it, and how it comes back.
#include <gtest/gtest.h>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

Settings restoring() {
  Settings settings;
  settings.restore_session = true;
  return settings;
}

Settings several() {
  auto settings = restoring();
  settings.single_session = false;
  return settings;
}

class RestoreTest : public testing::Test {
 protected:
  explicit RestoreTest(Settings settings = restoring()) : world(std::move(settings)) {}

  Result<SignedIn> sign_in(const User& user, std::optional<Secret> cookie = {}) {
    const auto minted =
        world.services.sign_in_tokens.create(world.caller, {.user_id = user.id}).value();
    return world.services.sign_ins.redeem(world.visitor(std::move(cookie)), minted.ticket);
  }
  /// The agent, signed in in person, acts as the customer.
  SignedIn impersonate() { return world.redeem(world.mint(), own.client_cookie).value(); }
  std::optional<ClientView> client(const SignedIn& as) {
    return world.services.sessions.client(world.visitor(as.client_cookie)).value();
  }
  bool own_session_is_back(const SignedIn& as) {
    const auto view = client(as);
    return view && view->sessions.size() == 1 && view->sessions[0].session.id == own.session.id &&
           view->client.last_active_session_id == own.session.id;
  }
  Result<ClientView> end(const SignedIn& as) {
    return world.services.sessions.close(world.visitor(as.client_cookie), as.session.id,
                                         SessionState::ended);
  }
  std::vector<AuditAction> actions() {
    std::vector<AuditAction> all;
    for (const auto& event : world.audit()) all.push_back(event.action);
    return all;
  }

  World world;
  SignedIn own = sign_in(world.agent).value();
};

TEST_F(RestoreTest, ASignInTokenOpensTheUsersOwnSession) {
  EXPECT_EQ(own.session.user_id, world.agent.id);
  EXPECT_FALSE(own.session.actor);
  EXPECT_EQ(own.session.expire_at, world.clock.now() + std::chrono::days(7));
  world.clock.advance(std::chrono::days(6));
  EXPECT_EQ(client(own)->sessions.size(), 1U) << "it does not go idle";
}

TEST_F(RestoreTest, ABanEndsAnOwnSessionHoweverOldItIs) {
  world.clock.advance(std::chrono::days(6));
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, true));
  const auto session = world.services.sessions.find(world.caller, own.session.id).value();
  EXPECT_EQ(session.state, SessionState::revoked);
}

TEST_F(RestoreTest, EndingTheImpersonationBringsItBack) {
  const auto acting = impersonate();
  ASSERT_EQ(acting.view.sessions.size(), 1U) << "while it lasts, it is alone";
  const auto after = end(acting).value();
  ASSERT_EQ(after.sessions.size(), 1U);
  EXPECT_EQ(after.sessions[0].session.id, own.session.id);
  EXPECT_TRUE(own_session_is_back(acting));
  EXPECT_EQ(actions(),
            (std::vector{AuditAction::sign_in_token_created, AuditAction::sign_in_token_redeemed,
                         AuditAction::actor_token_created, AuditAction::session_replaced,
                         AuditAction::actor_token_redeemed, AuditAction::session_ended,
                         AuditAction::session_restored}));
}

TEST_F(RestoreTest, SigningOutOfAllBringsItBackAndOnceMoreEndsIt) {
  const auto acting = impersonate();
  const auto visitor = world.visitor(acting.client_cookie);
  EXPECT_EQ(world.services.sessions.remove_all(visitor).value()->sessions.size(), 1U);
  EXPECT_TRUE(own_session_is_back(acting));
  EXPECT_TRUE(world.services.sessions.remove_all(visitor).value()->sessions.empty());
  EXPECT_TRUE(client(acting)->sessions.empty());
}

TEST_F(RestoreTest, ARevokedOrExpiredImpersonationBringsItBackAtTheNextLook) {
  const auto revoked = impersonate();
  ASSERT_TRUE(world.services.sessions.revoke(world.caller, revoked.session.id));
  EXPECT_TRUE(own_session_is_back(revoked));

  const auto expired = world.redeem(world.mint(), revoked.client_cookie).value();
  world.clock.advance(seconds(1800));
  EXPECT_TRUE(own_session_is_back(expired));
}

TEST_F(RestoreTest, ItSurvivesTwoImpersonationsInARow) {
  const auto first = impersonate();
  world.clock.advance(seconds(1800));  // over, and nobody has looked since
  const auto second = world.redeem(world.mint(), first.client_cookie).value();
  ASSERT_TRUE(end(second));
  EXPECT_TRUE(own_session_is_back(second));
}

TEST_F(RestoreTest, ItDoesNotComeBackPastItsOwnTime) {
  world.clock.advance(std::chrono::days(7) - seconds(60));
  const auto acting = impersonate();
  world.clock.advance(seconds(60));
  EXPECT_TRUE(end(acting).value().sessions.empty());
  EXPECT_TRUE(client(acting)->sessions.empty());
}

TEST_F(RestoreTest, ItDoesNotComeBackForAUserWhoIsBannedOrGone) {
  const auto banned = impersonate();
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, true));
  EXPECT_TRUE(client(banned)->sessions.empty());
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, false));
  EXPECT_EQ(client(banned)->client.restorable_session_id, std::nullopt) << "forgotten for good";
}

TEST_F(RestoreTest, ItDoesNotComeBackAfterABanThatNobodyNoticed) {
  const auto acting = impersonate();
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, true));
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, false));
  EXPECT_TRUE(client(acting)->sessions.empty());
  EXPECT_EQ(world.services.sessions.find(world.caller, own.session.id)->state,
            SessionState::revoked);
  const auto seen = actions();
  EXPECT_EQ(std::count(seen.begin(), seen.end(), AuditAction::session_revoked), 2);
}

TEST_F(RestoreTest, ItDoesNotComeBackOnceItsOwnerHasRemovedIt) {
  const auto acting = impersonate();
  const auto visitor = world.visitor(acting.client_cookie);
  ASSERT_TRUE(
      world.services.sessions.close(visitor, own.session.id, SessionState::removed).has_value());
  EXPECT_EQ(actions().back(), AuditAction::session_removed);
  EXPECT_TRUE(end(acting).value().sessions.empty());
}

TEST_F(RestoreTest, ItStaysAwayWhileAnotherImpersonationLasts) {
  const auto first = impersonate();
  world.clock.advance(seconds(1800));
  const auto second = world.redeem(world.mint(), first.client_cookie).value();
  // A page that has not noticed yet ends the first, which is over.
  const auto after = world.services.sessions.close(world.visitor(second.client_cookie),
                                                   first.session.id, SessionState::ended);
  ASSERT_TRUE(after);
  ASSERT_EQ(after->sessions.size(), 1U);
  EXPECT_EQ(after->sessions[0].session.id, second.session.id);
  ASSERT_TRUE(end(second));
  EXPECT_TRUE(own_session_is_back(second));
}

TEST_F(RestoreTest, SigningOutOfAnImpersonationThatHasRunOutBringsItBack) {
  const auto acting = impersonate();
  world.clock.advance(seconds(1800));
  const auto visitor = world.visitor(acting.client_cookie);
  EXPECT_EQ(world.services.sessions.remove_all(visitor).value()->sessions.size(), 1U);
  EXPECT_TRUE(own_session_is_back(acting));
}

TEST_F(RestoreTest, SigningOutEndsItHoweverManyImpersonationsHaveRunOut) {
  auto last = own;
  for (int i = 0; i < 101; ++i) {
    last = world.redeem(world.mint(), last.client_cookie).value();
    world.clock.advance(seconds(1800));
  }
  ASSERT_TRUE(own_session_is_back(last));
  const auto before = world.audit().size();
  const auto visitor = world.visitor(last.client_cookie);
  EXPECT_TRUE(world.services.sessions.remove_all(visitor).value()->sessions.empty());
  EXPECT_EQ(world.audit().size(), before + 1) << "what had run out is not closed once more";
}

TEST_F(RestoreTest, ItDoesNotComeBackOnceABackEndHasRevokedIt) {
  const auto acting = impersonate();
  ASSERT_TRUE(world.services.sessions.revoke(world.caller, own.session.id));
  const auto after = end(acting).value();
  EXPECT_TRUE(after.sessions.empty()) << "replaced sessions can be revoked, too";
}

TEST_F(RestoreTest, ItBelongsToThisBrowserAlone) {
  const auto acting = impersonate();
  const auto other = world.redeem(world.mint()).value();  // another browser
  EXPECT_TRUE(end(other).value().sessions.empty());
  ASSERT_TRUE(end(acting));
  EXPECT_TRUE(client(other)->sessions.empty());
}

TEST_F(RestoreTest, FromAToBToCIsRefusedAndAComesBack) {
  const auto acting = impersonate();
  EXPECT_EQ(code_of(world.redeem(world.mint(), acting.client_cookie)), Code::impersonating_already);
  EXPECT_EQ(code_of(sign_in(world.agent, acting.client_cookie)), Code::impersonating_already);
  ASSERT_TRUE(end(acting));
  EXPECT_TRUE(own_session_is_back(acting));
}

class NoRestoreTest : public RestoreTest {
 protected:
  NoRestoreTest() : RestoreTest(Settings{}) {}
};

TEST_F(NoRestoreTest, AsWithClerkItIsGone) {
  const auto acting = impersonate();
  EXPECT_TRUE(end(acting).value().sessions.empty());
  EXPECT_TRUE(client(acting)->sessions.empty());
}

TEST_F(NoRestoreTest, ASecondSignInIsRefused) {
  EXPECT_EQ(code_of(sign_in(world.customer, own.client_cookie)), Code::session_exists);
  EXPECT_EQ(client(own)->sessions.size(), 1U);
}

class MultiTest : public RestoreTest {
 protected:
  MultiTest() : RestoreTest(several()) {}
};

TEST_F(MultiTest, ABrowserHoldsSeveralUsersAndNobodyTwice) {
  const auto both = sign_in(world.customer, own.client_cookie).value();
  ASSERT_EQ(both.view.sessions.size(), 2U);
  EXPECT_EQ(both.view.sessions[0].session.id, both.session.id) << "the new one first";
  EXPECT_EQ(client(both)->sessions.size(), 2U);
  EXPECT_EQ(code_of(sign_in(world.agent, both.client_cookie)), Code::session_exists);
}

TEST_F(MultiTest, AnImpersonationIsAloneAndTheOneInFrontComesBack) {
  const auto both = sign_in(world.customer, own.client_cookie).value();
  ASSERT_TRUE(world.services.sessions.touch(world.visitor(both.client_cookie), own.session.id));
  const auto acting = world.redeem(world.mint(), both.client_cookie).value();
  EXPECT_EQ(client(acting)->sessions.size(), 1U);
  ASSERT_TRUE(end(acting));
  EXPECT_TRUE(own_session_is_back(acting));
}

}  // namespace
}  // namespace tenens
