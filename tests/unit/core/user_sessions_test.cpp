#include "core/user_sessions.hpp"

#include <gtest/gtest.h>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

class UserSessionsTest : public testing::Test {
 protected:
  /// In a browser of its own.
  SignedIn sign_in(const User& user) {
    const auto minted =
        world.services.sign_in_tokens.create(world.caller, {.user_id = user.id}).value();
    return world.services.sign_ins.redeem(world.visitor(), minted.ticket).value();
  }
  Visitor of(const SignedIn& signed_in) const { return world.visitor(signed_in.client_cookie); }
  std::vector<SessionId> seen_by(const Visitor& visitor, std::optional<SessionId> asking = {}) {
    const auto sessions = world.services.user_sessions.list(visitor, asking).value();
    std::vector<SessionId> ids;
    for (const auto& session : sessions) ids.push_back(session.id);
    return ids;
  }
  Code revoke(const Visitor& visitor, const SessionId& id) {
    return code_of(world.services.user_sessions.revoke(visitor, {}, id));
  }

  World world;
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
  EXPECT_EQ(revoke(of(acting), own.session.id), Code::session_not_found);
  EXPECT_EQ(seen_by(of(own)).size(), 3U);
  EXPECT_EQ(world.audit().back().action, AuditAction::actor_token_redeemed);
}

TEST_F(UserSessionsTest, NobodyElsesAreReached) {
  EXPECT_EQ(revoke(of(own), somebody.session.id), Code::session_not_found);
  EXPECT_EQ(revoke(of(own), SessionId{"sess_none"}), Code::session_not_found);
  EXPECT_EQ(seen_by(of(somebody)), std::vector{somebody.session.id});
}

TEST_F(UserSessionsTest, WhoeverActsCanBeShownTheDoorByTheUser) {
  const auto revoked = world.services.user_sessions.revoke(of(own), {}, acting.session.id).value();
  EXPECT_EQ(revoked.session.session.state, SessionState::revoked);
  EXPECT_EQ(revoked.session.session.id, acting.session.id);
  EXPECT_EQ(revoked.view.sessions.size(), 1U);
  EXPECT_EQ(code_of(world.services.sessions.token(of(acting), acting.session.id)),
            Code::signed_out);
  const auto last = world.audit().back();
  EXPECT_EQ(last.action, AuditAction::session_revoked);
  EXPECT_EQ(last.session_id, acting.session.id);
  EXPECT_EQ(last.actor, acting.session.actor) << "whom it is about";
  EXPECT_FALSE(last.key_id) << "no back end asked for it";
  EXPECT_EQ(last.address, of(own).address);

  EXPECT_NE(revoke(of(own), acting.session.id), Code::session_not_found) << "it is over already";
  EXPECT_EQ(world.audit().back().sequence, last.sequence);
}

TEST_F(UserSessionsTest, WhatIsOverIsNotSeen) {
  world.clock.advance(std::chrono::minutes(30));
  EXPECT_EQ(seen_by(of(own)), (std::vector{elsewhere.session.id, own.session.id}));
  EXPECT_EQ(revoke(of(own), own.session.id), Code::internal) << "one's own, too";
  EXPECT_EQ(code_of(world.services.user_sessions.list(of(own), {})), Code::signed_out);
  EXPECT_EQ(seen_by(of(elsewhere)), std::vector{elsewhere.session.id});
}

TEST_F(UserSessionsTest, TheNamedOneAsksOrNobody) {
  EXPECT_EQ(seen_by(of(own), own.session.id).size(), 3U);
  EXPECT_EQ(code_of(world.services.user_sessions.list(of(own), elsewhere.session.id)),
            Code::signed_out);
  EXPECT_EQ(code_of(world.services.user_sessions.list(world.visitor(), {})), Code::signed_out);
}

}  // namespace
}  // namespace tenens
