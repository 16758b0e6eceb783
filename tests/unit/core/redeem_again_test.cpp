// The answer to a redemption was lost, and its redeemer asks again with the nonce.
#include <gtest/gtest.h>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

const Secret kNonce("n-0123456789abcdef012345");
const Secret kOther("n-0123456789abcdef012346");

class RedeemAgain : public testing::Test {
 protected:
  Result<SignedIn> redeem(const std::optional<Secret>& nonce = kNonce,
                          std::optional<Secret> cookie = {}) {
    return world.services.sign_ins.redeem(world.visitor(std::move(cookie)), minted.ticket, nonce);
  }
  std::size_t sessions() {
    return world.services.sessions.list(world.caller, {}, {.limit = 100}).value().items.size();
  }
  std::optional<ClientView> client(const Secret& cookie) {
    return world.services.sessions.client(world.visitor(cookie)).value();
  }
  std::vector<AuditAction> actions() {
    std::vector<AuditAction> all;
    for (const auto& event : world.audit()) all.push_back(event.action);
    return all;
  }

  World world;
  MintedToken minted = world.mint();
};

TEST_F(RedeemAgain, GetsTheSameSessionAndANewCookieAndLeavesARow) {
  const auto first = redeem().value();
  const auto again = redeem().value();
  EXPECT_EQ(again.session, first.session);
  EXPECT_EQ(again.view.sessions.front().session.id, first.session.id);
  EXPECT_EQ(again.view.client.id, first.view.client.id);
  EXPECT_EQ(sessions(), 1U);
  EXPECT_FALSE(client(first.client_cookie)) << "one holder at a time";
  EXPECT_EQ(client(again.client_cookie)->sessions.size(), 1U);
  const auto audit = world.audit();
  ASSERT_EQ(audit.size(), 3U);
  EXPECT_EQ(audit[2].action, AuditAction::actor_token_redeem_repeated);
  EXPECT_EQ(audit[2].session_id, first.session.id);
  EXPECT_EQ(audit[2].actor_token_id, minted.record.id);
}

TEST_F(RedeemAgain, InTheBrowserThatHasTheCookieAlreadyItDoesNoHarm) {
  const auto first = redeem().value();
  const auto again = redeem(kNonce, first.client_cookie).value();
  EXPECT_EQ(again.session.id, first.session.id);
  EXPECT_EQ(client(again.client_cookie)->sessions.size(), 1U);
}

TEST_F(RedeemAgain, WithAnotherNonceOrNoneIsRefusedAsEverAndAudited) {
  ASSERT_TRUE(redeem());
  EXPECT_EQ(code_of(redeem(kOther)), Code::ticket_used);
  EXPECT_EQ(code_of(redeem(std::nullopt)), Code::ticket_used);
  EXPECT_EQ(actions().back(), AuditAction::actor_token_redeem_refused);
  EXPECT_EQ(actions().size(), 4U);
}

TEST_F(RedeemAgain, WhatWasRedeemedWithoutANonceIsNotHandedOutToOne) {
  ASSERT_TRUE(redeem(std::nullopt));
  EXPECT_EQ(code_of(redeem()), Code::ticket_used);
}

TEST_F(RedeemAgain, ANonceIsWorthNothingWithAnotherTicket) {
  ASSERT_TRUE(redeem());
  const auto other = world.mint();
  ASSERT_TRUE(world.services.sign_ins.redeem(world.visitor(), other.ticket, kOther));
  EXPECT_EQ(code_of(world.services.sign_ins.redeem(world.visitor(), other.ticket, kNonce)),
            Code::ticket_used);
}

TEST_F(RedeemAgain, IsPossibleForTwoMinutes) {
  ASSERT_TRUE(redeem());
  world.clock.advance(seconds(119));
  ASSERT_TRUE(redeem());
  world.clock.advance(seconds(1));
  EXPECT_EQ(code_of(redeem()), Code::ticket_used) << "asking does not prolong it";
}

TEST_F(RedeemAgain, ASessionThatIsOverIsNotHandedOut) {
  const auto first = redeem().value();
  ASSERT_TRUE(world.services.sessions.revoke(world.caller, first.session.id));
  EXPECT_EQ(code_of(redeem()), Code::ticket_used);
}

TEST_F(RedeemAgain, NorIsOneWhoseUserOrActorIsBanned) {
  ASSERT_TRUE(redeem());
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, true));
  EXPECT_EQ(code_of(redeem()), Code::ticket_used);
}

TEST_F(RedeemAgain, ABrowserThatIsSomebodyElseByNowKeepsThat) {
  ASSERT_TRUE(redeem());
  const auto other = world.redeem(world.mint()).value();
  EXPECT_EQ(code_of(redeem(kNonce, other.client_cookie)), Code::ticket_used);
  EXPECT_EQ(client(other.client_cookie)->sessions.size(), 1U);
}

TEST_F(RedeemAgain, OpensTheSessionIfTheFirstRequestNeverDid) {
  EXPECT_EQ(redeem().value().session.actor_token_id, minted.record.id);
  EXPECT_EQ(sessions(), 1U);
}

TEST(RedeemAgainInPerson, WorksBesideOtherSessions) {
  Settings several;
  several.single_session = false;
  World world(several);
  const auto sign_in = [&](const User& user) {
    return world.services.sign_in_tokens.create(world.caller, {.user_id = user.id}).value().ticket;
  };
  const auto ticket = sign_in(world.customer);
  const auto first = world.services.sign_ins.redeem(world.visitor(), ticket, kNonce).value();
  const auto second =
      world.services.sign_ins.redeem(world.visitor(first.client_cookie), sign_in(world.agent))
          .value();
  const auto again =
      world.services.sign_ins.redeem(world.visitor(second.client_cookie), ticket, kNonce).value();
  EXPECT_EQ(again.session.id, first.session.id);
  ASSERT_EQ(again.view.sessions.size(), 2U);
  EXPECT_EQ(again.view.sessions.front().session.id, first.session.id);
  EXPECT_EQ(world.audit().back().action, AuditAction::sign_in_token_redeem_repeated);
}

}  // namespace
}  // namespace tenens
