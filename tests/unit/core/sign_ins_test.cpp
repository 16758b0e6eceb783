#include "core/sign_ins.hpp"

#include <gtest/gtest.h>

#include "base/base64url.hpp"
#include "unit/core/world.hpp"

namespace tenens {
namespace {

TEST(Redeem, OpensOneSessionThatNamesWhoActs) {
  World world;
  const auto minted = world.mint();
  const auto signed_in = world.redeem(minted);
  ASSERT_TRUE(signed_in);
  EXPECT_EQ(signed_in->session.user_id, world.customer.id);
  EXPECT_EQ(signed_in->session.actor->sub, world.agent.id.text);
  EXPECT_EQ(signed_in->session.expire_at, world.clock.now() + seconds(1800));
  EXPECT_EQ(signed_in->session.actor_token_id, minted.record.id);

  const auto token = world.services.actor_tokens.find(world.caller, minted.record.id).value();
  EXPECT_EQ(token.state, TokenState::accepted);
  EXPECT_EQ(token.session_id, signed_in->session.id);
}

TEST(Redeem, ASecondTimeIsRefusedAndAudited) {
  World world;
  const auto minted = world.mint();
  ASSERT_TRUE(world.redeem(minted));
  EXPECT_EQ(code_of(world.redeem(minted)), Code::ticket_used);

  const auto audit = world.audit();
  ASSERT_EQ(audit.size(), 3U);
  EXPECT_EQ(audit[0].action, AuditAction::actor_token_created);
  EXPECT_EQ(audit[0].key_id, world.caller.key_id);
  EXPECT_EQ(audit[1].action, AuditAction::actor_token_redeemed);
  EXPECT_EQ(audit[1].address, "198.51.100.9");
  EXPECT_EQ(audit[2].action, AuditAction::actor_token_redeem_refused);
  EXPECT_EQ(audit[2].code, "actor_token_already_used_code");
  for (std::size_t i = 0; i < audit.size(); ++i) {
    EXPECT_EQ(audit[i].sequence, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(audit[i].actor_token_id, minted.record.id);
    EXPECT_EQ(audit[i].actor->sub, world.agent.id.text);
    EXPECT_EQ(audit[i].user_id, world.customer.id);
  }
}

TEST(Redeem, ExpiresToTheSecond) {
  World world;
  const auto minted = world.mint();
  world.clock.advance(seconds(3599));
  EXPECT_TRUE(world.services.sign_ins.preview(world.visitor(), minted.ticket));
  world.clock.advance(seconds(1));
  EXPECT_EQ(code_of(world.redeem(minted)), Code::ticket_expired);
}

TEST(Redeem, ChecksAgainWhoMayBecomeWhom) {
  World world;
  const auto for_banned = world.mint();
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.customer.id, true));
  EXPECT_EQ(code_of(world.redeem(for_banned)), Code::user_banned);

  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.customer.id, false));
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, true));
  EXPECT_EQ(code_of(world.redeem(for_banned)), Code::actor_banned);

  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.agent.id, false));
  ASSERT_TRUE(world.services.users.remove(world.caller, world.customer.id));
  EXPECT_EQ(code_of(world.redeem(for_banned)), Code::ticket_subject_gone);
}

TEST(Redeem, IsRefusedWhenTheOneWhoActsIsAUserNoMore) {
  World world;
  const auto minted = world.mint();
  ASSERT_TRUE(world.services.users.remove(world.caller, world.agent.id));
  EXPECT_EQ(code_of(world.services.sign_ins.preview(world.visitor(), minted.ticket)),
            Code::ticket_unusable);
  EXPECT_EQ(code_of(world.redeem(minted)), Code::ticket_unusable);
  EXPECT_EQ(code_of(world.services.actor_tokens.create(world.caller, world.wanted(), {})),
            Code::actor_removed);
  const auto token = world.services.actor_tokens.find(world.caller, minted.record.id).value();
  EXPECT_EQ(token.state, TokenState::pending) << "not spent; it may be revoked";
}

TEST(Redeem, AsksNothingOfAnActorWhoNeverWasAUser) {
  World world;
  for (const auto& sub : {world.customer.id.text + "0", std::string("cli:bob@example.com")}) {
    auto wanted = world.wanted();
    wanted.actor = {sub, {R"({"sub":")" + sub + R"("})"}};
    EXPECT_TRUE(world.redeem(world.services.actor_tokens.create(world.caller, wanted, {}).value()));
  }
}

TEST(Redeem, RefusesWhatThisServerDidNotMint) {
  World world;
  const auto minted = world.mint();
  const std::string good(minted.ticket.expose());
  for (const auto& bad : {std::string(), std::string("x"), good + "x", good.substr(1),
                          std::string("eyJhbGciOiJub25lIn0.e30.")}) {
    EXPECT_EQ(code_of(world.services.sign_ins.redeem(world.visitor(), Secret(bad))),
              Code::ticket_invalid);
  }
  EXPECT_TRUE(world.redeem(minted)) << "none of that spent the ticket";
}

TEST(Redeem, AuditsForgeriesButNotWithoutBound) {
  World world;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(code_of(world.services.sign_ins.redeem(world.visitor(), Secret("forged"))),
              Code::ticket_invalid);
  }
  EXPECT_EQ(world.audit().size(), 10U);
  world.clock.advance(seconds(1));
  (void)world.services.sign_ins.redeem(world.visitor(), Secret("forged"));
  EXPECT_EQ(world.audit().size(), 11U);
}

TEST(Redeem, WhileImpersonatingIsRefusedAndLeavesTheTicketPending) {
  World world;
  const auto first = world.redeem(world.mint()).value();
  const auto second = world.mint();
  EXPECT_EQ(code_of(world.redeem(second, first.client_cookie)), Code::impersonating_already);
  EXPECT_TRUE(world.redeem(second)) << "in another browser it still works";
}

TEST(Redeem, IsNotRefusedForWhatMayNotGoOn) {
  World world;
  const auto first = world.redeem(world.mint()).value();
  Settings settings;
  settings.protected_users = {world.customer.id.text};
  Services stricter(*world.store, world.clock, world.random, *world.keyring, settings);
  const auto browser = world.visitor(first.client_cookie);
  ASSERT_TRUE(stricter.sessions.client(browser).value()->sessions.empty()) << "nobody sees it";

  const NewActorToken wanted{.user_id = world.agent.id, .actor = {"staff", {R"({"sub":"staff"})"}}};
  const auto minted = stricter.actor_tokens.create(world.caller, wanted, {}).value();
  const auto second = stricter.sign_ins.redeem(browser, minted.ticket).value();
  const auto view = world.services.sessions.client(world.visitor(second.client_cookie)).value();
  EXPECT_EQ(view->sessions.size(), 1U) << "an impersonation is alone, whoever is protected no more";
}

TEST(Redeem, EndsHoweverManySessionsOfItsBrowser) {
  Settings several;
  several.single_session = false;
  World world(several);
  std::optional<Secret> cookie;
  for (int i = 0; i < 102; ++i) {
    auto user = world.customer;
    user.id = UserId{"user_" + std::to_string(i)};
    user.username.reset();
    user.emails.clear();
    ASSERT_TRUE(world.store->write([&](WriteTx& tx) -> Done {
      std::string taken;
      EXPECT_TRUE(tx.insert(user, taken)) << taken;
      return {};
    }));
    const auto ticket =
        world.services.sign_in_tokens.create(world.caller, {.user_id = user.id}).value().ticket;
    cookie = world.services.sign_ins.redeem(world.visitor(cookie), ticket).value().client_cookie;
  }
  const auto acting = world.redeem(world.mint(), cookie).value();
  const auto left = world.services.sessions.list(
      world.caller, {.client_id = acting.view.client.id, .status = SessionStatus::active}, {});
  EXPECT_EQ(left.value().total, 1);
}

TEST(Redeem, AfterTheFirstSessionIsOverWorksInTheSameBrowserWithANewCookie) {
  World world;
  const auto first = world.redeem(world.mint()).value();
  ASSERT_TRUE(world.services.sessions.close(world.visitor(first.client_cookie), first.session.id,
                                            SessionState::ended));
  const auto second = world.redeem(world.mint(), first.client_cookie).value();
  EXPECT_EQ(second.view.client.id, first.view.client.id);
  EXPECT_NE(second.client_cookie, first.client_cookie);
  EXPECT_FALSE(world.services.sessions.client(world.visitor(first.client_cookie)).value())
      << "the earlier cookie is worth nothing now";
}

TEST(Redeem, IgnoresACookieThatProvesNothing) {
  World world;
  const auto signed_in = world.redeem(world.mint()).value();
  const auto stolen_id = Secret(signed_in.view.client.id.text + ".guess");
  const auto other = world.redeem(world.mint(), stolen_id).value();
  EXPECT_NE(other.view.client.id, signed_in.view.client.id);
}

TEST(Preview, ChangesNothingHoweverOften) {
  World world;
  const auto minted = world.mint();
  for (int i = 0; i < 100; ++i) {
    const auto preview = world.services.sign_ins.preview(world.visitor(), minted.ticket);
    ASSERT_TRUE(preview);
    EXPECT_EQ(preview->subject.id, world.customer.id);
    EXPECT_EQ(preview->acting_user->id, world.agent.id);
  }
  EXPECT_EQ(world.audit().size(), 1U);
  EXPECT_TRUE(world.redeem(minted));
}

}  // namespace
}  // namespace tenens
