#include "core/retention.hpp"

#include <gtest/gtest.h>

#include "core/run_outs.hpp"
#include "unit/core/world.hpp"

namespace tenens {
namespace {

using std::chrono::days;
using std::chrono::hours;

class RetentionTest : public testing::Test {
 protected:
  static Settings keep_for(seconds retention) {
    Settings settings;
    settings.retention = retention;
    return settings;
  }

  /// What has run out is noted, as it would have been long ago.
  void note_run_outs(World& where) {
    RunOuts run_outs(*where.store, where.clock);
    while (!run_outs.step()->sweep_ended) {
    }
  }
  /// One sweep over everything; how many records went.
  std::int64_t sweep(World& where) {
    note_run_outs(where);
    Retention retention(*where.store, where.clock, where.services.settings);
    std::int64_t removed = 0;
    for (bool ended = false; !ended;) {
      const auto step = retention.step();
      EXPECT_TRUE(step);
      EXPECT_LE(step->removed, Retention::kMostRemoved);
      removed += step->removed;
      ended = step->sweep_ended;
    }
    return removed;
  }
  static Code found(World& where, const MintedToken& minted) {
    return code_of(where.services.actor_tokens.find(where.caller, minted.record.id));
  }

  World world{keep_for(days(90))};
};

TEST_F(RetentionTest, ATokenIsReadableForSoLongAfterItIsOver) {
  const auto minted = world.mint();  // for an hour
  world.clock.advance(hours(1) + days(90));
  EXPECT_EQ(sweep(world), 0);
  EXPECT_EQ(found(world, minted), Code::internal);
  world.clock.advance(milliseconds(1));
  EXPECT_EQ(sweep(world), 1);
  EXPECT_EQ(found(world, minted), Code::resource_not_found);
  EXPECT_EQ(code_of(world.services.actor_tokens.revoke(world.caller, minted.record.id)),
            Code::resource_not_found);
  EXPECT_EQ(code_of(world.services.actor_tokens.end(world.caller, minted.record.id)),
            Code::resource_not_found);
}

TEST_F(RetentionTest, ARemovedSpentTicketIsRefusedAndItsSessionGone) {
  const auto minted = world.mint();
  const auto signed_in = world.redeem(minted).value();
  world.clock.advance(days(92));
  EXPECT_EQ(sweep(world), 2);  // with the browser
  EXPECT_EQ(code_of(world.redeem(minted)), Code::ticket_expired);
  EXPECT_EQ(code_of(world.services.sessions.find(world.caller, signed_in.session.id)),
            Code::session_not_found);
  // Even if its time came again: there is no record that could be pending.
  world.clock.advance(-days(92));
  EXPECT_EQ(code_of(world.redeem(minted)), Code::ticket_invalid);
}

TEST_F(RetentionTest, TheAuditKeepsEverythingAndGoesOn) {
  const auto minted = world.mint();
  (void)world.redeem(minted).value();
  world.clock.advance(days(92));
  note_run_outs(world);
  const auto before = world.audit();
  EXPECT_EQ(sweep(world), 2);
  (void)world.redeem(minted);
  auto after = world.audit();
  ASSERT_EQ(after.size(), before.size() + 1);
  EXPECT_EQ(after.back().action, AuditAction::actor_token_redeem_refused);
  EXPECT_EQ(after.back().sequence, before.back().sequence + 1);
  after.pop_back();
  EXPECT_EQ(after, before);
}

TEST_F(RetentionTest, ALiveSessionNeverLosesItsToken) {
  auto settings = keep_for(kLeastRetention);
  settings.session_life_max = days(30);
  World patient{settings};
  auto wanted = patient.wanted();
  wanted.expires_in_seconds = 60;
  wanted.session_max_duration_in_seconds = seconds(days(30)).count();
  const auto minted = patient.services.actor_tokens.create(patient.caller, wanted, {}).value();
  const auto session = patient.redeem(minted).value().session;
  patient.clock.advance(days(29));
  EXPECT_EQ(sweep(patient), 0);
  EXPECT_EQ(found(patient, minted), Code::internal);
  EXPECT_EQ(code_of(patient.services.sessions.find(patient.caller, session.id)), Code::internal);
  EXPECT_TRUE(patient.services.actor_tokens.end(patient.caller, minted.record.id));
}

TEST_F(RetentionTest, ABrowserThatComesBackIsANewOneAndLosesNothing) {
  const auto signed_in = world.redeem(world.mint()).value();
  world.clock.advance(days(92));
  EXPECT_EQ(sweep(world), 2);
  const auto old = world.visitor(signed_in.client_cookie);
  EXPECT_FALSE(world.services.sessions.client(old).value());
  const auto again = world.redeem(world.mint(), signed_in.client_cookie).value();
  EXPECT_NE(again.session.client_id, signed_in.session.client_id);
  EXPECT_EQ(sweep(world), 0);
}

TEST_F(RetentionTest, ThisMonthsTokensStayWhileTheyAreCounted) {
  auto settings = keep_for(kLeastRetention);
  settings.monthly_limit = 1;
  World counted{settings};
  counted.clock.advance(hours(24) * 10 - hours(1));  // the 1st of October 2026, and some hours
  (void)counted.mint();
  counted.clock.advance(days(20));
  EXPECT_EQ(sweep(counted), 0);
  EXPECT_EQ(code_of(counted.services.actor_tokens.create(counted.caller, counted.wanted(), {})),
            Code::impersonation_limit);
  counted.clock.advance(days(15));
  EXPECT_EQ(sweep(counted), 1);
}

TEST_F(RetentionTest, AnIdempotencyKeyFindsItsTokenForAsLongAsItIsGood) {
  World brief{keep_for(kLeastRetention)};
  const Idempotency key{Digest{1}, Digest{2}};
  auto wanted = brief.wanted();
  wanted.expires_in_seconds = 1;
  const auto first = brief.services.actor_tokens.create(brief.caller, wanted, key).value();
  brief.clock.advance(kIdempotencyLife - milliseconds(1));
  EXPECT_EQ(sweep(brief), 0);
  EXPECT_EQ(brief.services.actor_tokens.create(brief.caller, wanted, key).value().record.id,
            first.record.id);
  brief.clock.advance(seconds(2));
  EXPECT_EQ(sweep(brief), 1);
  EXPECT_NE(brief.services.actor_tokens.create(brief.caller, wanted, key).value().record.id,
            first.record.id);
}

TEST_F(RetentionTest, ListsGoOnWithWhatIsLeft) {
  for (int i = 0; i < 5; ++i) (void)world.mint();
  world.clock.advance(days(80));
  std::vector<ActorTokenId> young;
  for (int i = 0; i < 5; ++i) young.insert(young.begin(), world.mint().record.id);
  const auto page = [&](std::int64_t offset) {
    return world.services.actor_tokens.list(world.caller, {}, {.limit = 3, .offset = offset})
        .value();
  };
  const auto first = page(0);
  EXPECT_EQ(first.total, 10);
  world.clock.advance(days(11));
  EXPECT_EQ(sweep(world), 5);
  // What went lies at the end: a page that comes after another neither repeats nor skips.
  const auto second = page(3);
  EXPECT_EQ(second.total, 5);
  std::vector<ActorTokenId> seen;
  for (const auto* part : {&first, &second}) {
    for (const auto& token : part->items) seen.push_back(token.id);
  }
  EXPECT_EQ(seen, young);
}

TEST_F(RetentionTest, ALongBacklogGoesInSmallSteps) {
  for (int i = 0; i < 450; ++i) (void)world.mint();
  const auto kept = world.mint();
  EXPECT_TRUE(world.services.actor_tokens.revoke(world.caller, kept.record.id));
  world.clock.advance(days(91));
  const auto young = world.mint();
  EXPECT_EQ(sweep(world), 451);
  EXPECT_EQ(found(world, young), Code::internal);
  EXPECT_EQ(sweep(world), 0);
}

}  // namespace
}  // namespace tenens
