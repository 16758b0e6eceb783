#include "core/run_outs.hpp"

#include <gtest/gtest.h>

#include "unit/core/world.hpp"

namespace tenens {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class RunOutsTest : public testing::Test {
 protected:
  /// One sweep over everything; how many were noted.
  std::int64_t sweep() {
    RunOuts run_outs(*world.store, world.clock);
    std::int64_t noted = 0;
    for (bool ended = false; !ended;) {
      const auto step = run_outs.step();
      EXPECT_TRUE(step);
      EXPECT_LE(step->noted, RunOuts::kMostNoted);
      noted += step->noted;
      ended = step->sweep_ended;
    }
    return noted;
  }
  Session impersonate() { return world.redeem(world.mint()).value().session; }

  World world;
};

TEST_F(RunOutsTest, TheAuditSaysWhenItWentIdleAndOfWhom) {
  const auto session = impersonate();
  world.clock.advance(minutes(10) + seconds(10) - milliseconds(1));
  EXPECT_EQ(sweep(), 0) << "whoever found it alive may be on his way";
  world.clock.advance(hours(5));  // the server was away
  EXPECT_EQ(sweep(), 1);
  const auto last = world.audit().back();
  EXPECT_EQ(last.action, AuditAction::session_abandoned);
  EXPECT_EQ(last.at, session.created_at + minutes(10));
  EXPECT_EQ(last.session_id, session.id);
  EXPECT_EQ(last.actor, session.actor);
  EXPECT_EQ(last.user_id, session.user_id);
  EXPECT_EQ(last.actor_token_id, session.actor_token_id);
  EXPECT_FALSE(last.key_id);
  EXPECT_EQ(last.address, "");
  EXPECT_EQ(sweep(), 0);
}

TEST_F(RunOutsTest, TheAuditSaysThatItsDurationCameToItsEnd) {
  const auto signed_in = world.redeem(world.mint()).value();
  const auto visitor = world.visitor(signed_in.client_cookie);
  for (int i = 0; i < 3; ++i) {
    world.clock.advance(minutes(9));
    EXPECT_TRUE(world.services.sessions.touch(visitor, signed_in.session.id));
  }
  world.clock.advance(minutes(4));
  EXPECT_EQ(sweep(), 1);
  EXPECT_EQ(world.audit().back().action, AuditAction::session_expired);
  EXPECT_EQ(world.audit().back().at, signed_in.session.expire_at);
}

TEST_F(RunOutsTest, OfWhatSomebodyEndedNothingIsAdded) {
  const auto session = impersonate();
  EXPECT_TRUE(world.services.sessions.revoke(world.caller, session.id));
  world.clock.advance(hours(5));
  EXPECT_EQ(sweep(), 0);
  EXPECT_EQ(world.audit().back().action, AuditAction::session_revoked);
}

TEST_F(RunOutsTest, ItsStatusStaysAsItIs) {
  const auto session = impersonate();
  world.clock.advance(hours(5));
  EXPECT_EQ(sweep(), 1);
  const auto found = world.services.sessions.find(world.caller, session.id).value();
  EXPECT_EQ(found, session);
  EXPECT_EQ(status_at(found, world.clock.now()), SessionStatus::abandoned);
}

TEST_F(RunOutsTest, ALongBacklogGoesInSmallSteps) {
  for (int i = 0; i < 250; ++i) impersonate();
  world.clock.advance(hours(5));
  impersonate();
  EXPECT_EQ(sweep(), 250);
  EXPECT_EQ(sweep(), 0);
}

}  // namespace
}  // namespace tenens
