#include "core/actor_tokens.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

TEST(Create, UsesClerksDefaultDurations) {
  World world;
  const auto minted = world.mint();
  EXPECT_EQ(minted.record.expires_in, seconds(3600));
  EXPECT_EQ(minted.record.session_max_duration, seconds(1800));
  EXPECT_EQ(minted.record.state, TokenState::pending);
  EXPECT_EQ(minted.url.expose(), "http://localhost:4400/v1/tickets/accept?ticket=" +
                                     std::string(minted.ticket.expose()));
}

TEST(Create, RefusesDurationsOutsideTheirRangeAndSaysTheMaximum) {
  World world;
  const auto day30 = std::int64_t{30} * 24 * 3600;
  for (const std::int64_t bad :
       {std::int64_t{0}, std::int64_t{-1}, day30 + 1, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    auto wanted = world.wanted();
    wanted.expires_in_seconds = bad;
    const auto refused = world.services.actor_tokens.create(world.caller, wanted, {});
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, Code::param_invalid);
    EXPECT_EQ(refused.error().param, "expires_in_seconds");
    EXPECT_NE(refused.error().detail.find("2592000"), std::string::npos);
  }
  for (const std::int64_t good : {std::int64_t{1}, day30}) {
    auto wanted = world.wanted();
    wanted.expires_in_seconds = good;
    EXPECT_TRUE(world.services.actor_tokens.create(world.caller, wanted, {})) << good;
  }
}

TEST(Create, RefusesAnUnknownOrBannedUserAndABannedActor) {
  World world;
  auto wanted = world.wanted();
  wanted.user_id = UserId{"user_nobody"};
  EXPECT_EQ(code_of(world.services.actor_tokens.create(world.caller, wanted, {})),
            Code::user_not_found);

  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, true));
  EXPECT_EQ(code_of(world.services.actor_tokens.create(world.caller, world.wanted(), {})),
            Code::actor_banned);
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.customer.id, true));
  EXPECT_EQ(code_of(world.services.actor_tokens.create(world.caller, world.wanted(), {})),
            Code::user_banned);
}

TEST(Create, TakesAnActorWhoIsNoUser) {
  World world;
  auto wanted = world.wanted();
  wanted.actor = {"cli:ops@example.com", {R"({"sub":"cli:ops@example.com","iss":"clerk-cli"})"}};
  EXPECT_TRUE(world.services.actor_tokens.create(world.caller, wanted, {}));
}

TEST(Create, IsRefusedWhereImpersonationIsSwitchedOff) {
  Settings settings;
  settings.impersonation_enabled = false;
  World world(settings);
  EXPECT_EQ(code_of(world.services.actor_tokens.create(world.caller, world.wanted(), {})),
            Code::impersonation_disabled);
}

TEST(Create, StopsAtTheMonthlyLimitUntilTheMonthIsOver) {
  Settings settings;
  settings.monthly_limit = 2;
  World world(settings);
  world.mint();
  world.mint();
  const auto refused = world.services.actor_tokens.create(world.caller, world.wanted(), {});
  ASSERT_EQ(code_of(refused), Code::impersonation_limit);
  EXPECT_EQ(refused.error().detail, "2/2");
  world.clock.advance(std::chrono::days(31));
  world.mint();
}

TEST(Create, WithOneIdempotencyKeyIsOneToken) {
  World world;
  const Idempotency once{.key = {1}, .body = {2}};
  const auto first = world.services.actor_tokens.create(world.caller, world.wanted(), once);
  const auto again = world.services.actor_tokens.create(world.caller, world.wanted(), once);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->record.id, again->record.id);
  EXPECT_EQ(first->ticket, again->ticket);
  EXPECT_EQ(world.audit().size(), 1U);

  const Idempotency other_body{.key = {1}, .body = {3}};
  EXPECT_EQ(code_of(world.services.actor_tokens.create(world.caller, world.wanted(), other_body)),
            Code::idempotency_conflict);
}

TEST(Create, ForgetsAnIdempotencyKeyAfterADay) {
  World world;
  const Idempotency once{.key = {1}, .body = {2}};
  const auto first = world.services.actor_tokens.create(world.caller, world.wanted(), once).value();
  world.clock.advance(std::chrono::hours(24));
  const auto later = world.services.actor_tokens.create(world.caller, world.wanted(), once).value();
  EXPECT_NE(first.record.id, later.record.id);
  const auto again = world.services.actor_tokens.create(world.caller, world.wanted(), once).value();
  EXPECT_EQ(later.record.id, again.record.id);
}

TEST(Revoke, WorksOnceAndOnlyWhilePending) {
  World world;
  const auto minted = world.mint();
  const auto revoked = world.services.actor_tokens.revoke(world.caller, minted.record.id);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->state, TokenState::revoked);
  const auto again = world.services.actor_tokens.revoke(world.caller, minted.record.id);
  ASSERT_EQ(code_of(again), Code::token_not_revocable);
  EXPECT_EQ(again.error().detail, "revoked");
  EXPECT_EQ(code_of(world.redeem(minted)), Code::ticket_revoked);
  EXPECT_EQ(code_of(world.services.actor_tokens.revoke(world.caller, ActorTokenId{"act_no"})),
            Code::resource_not_found);
}

TEST(End, ClosesTheSessionOfAnAcceptedTokenAndMayBeRepeated) {
  World world;
  const auto minted = world.mint();
  const auto signed_in = world.redeem(minted).value();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(world.services.actor_tokens.end(world.caller, minted.record.id));
  }
  EXPECT_EQ(code_of(world.services.sessions.token(world.visitor(signed_in.client_cookie),
                                                  signed_in.session.id)),
            Code::signed_out);
  const auto audit = world.audit();
  EXPECT_EQ(std::count_if(audit.begin(), audit.end(),
                          [](const AuditEvent& event) {
                            return event.action == AuditAction::actor_token_ended;
                          }),
            1);
}

TEST(End, RevokesAPendingToken) {
  World world;
  const auto minted = world.mint();
  EXPECT_EQ(world.services.actor_tokens.end(world.caller, minted.record.id)->state,
            TokenState::revoked);
  EXPECT_EQ(code_of(world.redeem(minted)), Code::ticket_revoked);
}

}  // namespace
}  // namespace tenens
