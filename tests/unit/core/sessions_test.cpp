#include "core/sessions.hpp"

#include <gtest/gtest.h>

#include "base/base64url.hpp"
#include "clerk_backend_api/value.hpp"
#include "unit/core/world.hpp"

namespace tenens {
namespace {

class SessionsTest : public testing::Test {
 protected:
  World world;
  SignedIn signed_in = world.redeem(world.mint()).value();
  Visitor visitor = world.visitor(signed_in.client_cookie);
  SessionId id = signed_in.session.id;

  Result<std::string> token() { return world.services.sessions.token(visitor, id); }
};

clerk_backend_api::Object claims_of(const std::string& jwt) {
  const auto first = jwt.find('.') + 1;
  const auto payload = parse_base64url(jwt.substr(first, jwt.rfind('.') - first)).value();
  return *clerk_backend_api::parse_json(payload).value().if_object();
}

TEST_F(SessionsTest, TheJwtCarriesActWholeAndTheOriginAsAzp) {
  const auto claims = claims_of(token().value());
  EXPECT_EQ(*claims.find("sub"), world.customer.id.text);
  EXPECT_EQ(*claims.find("sid"), id.text);
  EXPECT_EQ(*claims.find("iss"), "https://clerk.localhost");
  EXPECT_EQ(*claims.find("azp"), "https://app.example.com");
  EXPECT_EQ(*claims.find("act"), (clerk_backend_api::Object{{"sub", world.agent.id.text}}));
  EXPECT_EQ(claims.find("aud"), nullptr) << "the Python SDK refuses a token with an audience";
  EXPECT_EQ(*claims.find("exp")->if_integer() - *claims.find("iat")->if_integer(), 60);
}

TEST_F(SessionsTest, TheJwtDoesNotOutliveTheSession) {
  for (int i = 0; i < 3; ++i) {
    world.clock.advance(seconds(590));
    ASSERT_TRUE(token());
  }
  const auto claims = claims_of(token().value());
  EXPECT_EQ(*claims.find("exp")->if_integer(), to_unix_seconds(signed_in.session.expire_at));
}

TEST_F(SessionsTest, DieWhenNothingHappensForTheIdleLimit) {
  world.clock.advance(seconds(599));
  EXPECT_TRUE(token());
  world.clock.advance(seconds(600));
  EXPECT_EQ(code_of(token()), Code::signed_out);
  EXPECT_EQ(code_of(world.services.sessions.touch(visitor, id)), Code::signed_out);
  EXPECT_EQ(code_of(world.services.sessions.create_token(world.caller, id, {})), Code::signed_out);
}

TEST_F(SessionsTest, DieAtTheirMaximumHoweverBusy) {
  for (int i = 0; i < 29; ++i) {
    world.clock.advance(seconds(60));
    ASSERT_TRUE(world.services.sessions.touch(visitor, id)) << i;
  }
  world.clock.advance(seconds(60));
  EXPECT_EQ(code_of(token()), Code::signed_out);
  EXPECT_TRUE(world.services.sessions.client(visitor).value()->sessions.empty());
}

TEST_F(SessionsTest, DieWithTheirUserOrWithTheOneWhoActs) {
  for (const auto& who : {world.customer.id, world.agent.id}) {
    const auto other = world.redeem(world.mint()).value();
    ASSERT_TRUE(world.services.users.set_banned(world.caller, who, true));
    EXPECT_EQ(world.services.sessions.find(world.caller, other.session.id)->state,
              SessionState::revoked);
    ASSERT_TRUE(world.services.users.set_banned(world.caller, who, false));
    EXPECT_EQ(code_of(world.services.sessions.token(world.visitor(other.client_cookie),
                                                    other.session.id)),
              Code::signed_out)
        << "and stay so when the ban is lifted";
  }
  const auto last = world.redeem(world.mint()).value();
  ASSERT_TRUE(world.services.users.remove(world.caller, world.agent.id));
  EXPECT_EQ(world.services.sessions.find(world.caller, last.session.id)->state,
            SessionState::revoked);
}

TEST_F(SessionsTest, WithoutTheOneWhoActedAreDeadEvenIfNobodyClosedThem) {
  const auto last = world.redeem(world.mint()).value();
  ASSERT_TRUE(world.store->write([&](WriteTx& tx) -> Done {
    tx.remove_user(world.caller.instance_id, world.agent.id);
    return {};
  }));
  EXPECT_EQ(
      code_of(world.services.sessions.token(world.visitor(last.client_cookie), last.session.id)),
      Code::signed_out);
}

TEST_F(SessionsTest, AreRevokedByABackEndAtOnce) {
  ASSERT_TRUE(world.services.sessions.revoke(world.caller, id));
  EXPECT_EQ(code_of(token()), Code::signed_out);
  ASSERT_TRUE(world.services.sessions.revoke(world.caller, id)) << "again is no error";
  EXPECT_EQ(code_of(world.services.sessions.revoke(world.caller, SessionId{"sess_no"})),
            Code::session_not_found);
}

TEST_F(SessionsTest, ThatHaveRunOutStayAsTheyAre) {
  world.clock.advance(seconds(1800));
  const auto before = world.audit().size();
  EXPECT_TRUE(world.services.sessions.close(visitor, id, SessionState::ended));
  EXPECT_TRUE(world.services.sessions.remove_all(visitor));
  EXPECT_TRUE(world.services.sessions.revoke(world.caller, id));
  const auto token = *signed_in.session.actor_token_id;
  EXPECT_TRUE(world.services.actor_tokens.end(world.caller, token));
  ASSERT_TRUE(world.services.users.set_banned(world.caller, world.customer.id, true));
  EXPECT_EQ(world.services.sessions.find(world.caller, id).value(), signed_in.session);
  EXPECT_EQ(world.audit().size(), before + 1) << "nobody ended it; time did";
  EXPECT_EQ(world.audit().back().action, AuditAction::user_banned);
}

/// What is written waits for the disk, behind a revocation.
class Late final : public Store {
 public:
  Late(World& in, SessionId session, milliseconds waits)
      : world_(in), id_(std::move(session)), waits_(waits) {}
  Done write(const std::function<Done(WriteTx&)>& work) override {
    world_.clock.advance(waits_);
    EXPECT_TRUE(world_.services.sessions.revoke(world_.caller, id_));
    return world_.store->write(work);
  }
  Done read(const std::function<Done(ReadTx&)>& work) override { return world_.store->read(work); }

 private:
  World& world_;
  SessionId id_;
  milliseconds waits_;
};

TEST_F(SessionsTest, AreNotRefreshedWhenTheyEndMeanwhile) {
  Late late(world, id, milliseconds(0));
  Services slow(late, world.clock, world.random, *world.keyring, Settings{});
  world.clock.advance(seconds(60));
  EXPECT_EQ(code_of(slow.sessions.token(visitor, id)), Code::signed_out);
}

TEST_F(SessionsTest, AreNotRefreshedWhenTheyRunOutMeanwhile) {
  // The revocation finds the session run out and leaves it: nothing may bring it back after that.
  Late late(world, id, milliseconds(2));
  Services slow(late, world.clock, world.random, *world.keyring, Settings{});
  world.clock.advance(signed_in.session.idle_limit - milliseconds(1));
  EXPECT_EQ(code_of(slow.sessions.token(visitor, id)), Code::signed_out);
  EXPECT_EQ(code_of(token()), Code::signed_out);
}

TEST_F(SessionsTest, AreNotTouchedWhenTheyRunOutMeanwhile) {
  Late late(world, id, milliseconds(2));
  Services slow(late, world.clock, world.random, *world.keyring, Settings{});
  world.clock.advance(signed_in.session.idle_limit - milliseconds(1));
  EXPECT_FALSE(slow.sessions.touch(visitor, id));
  EXPECT_EQ(code_of(token()), Code::signed_out);
}

TEST_F(SessionsTest, OfAUserWhoIsProtectedNowEnd) {
  Settings settings;
  settings.protected_users = {world.customer.id.text};
  Services stricter(*world.store, world.clock, world.random, *world.keyring, settings);
  EXPECT_EQ(code_of(stricter.sessions.token(visitor, id)), Code::signed_out);
  EXPECT_TRUE(stricter.sessions.client(visitor).value()->sessions.empty());
  EXPECT_EQ(code_of(stricter.sign_ins.redeem(world.visitor(), world.mint().ticket)),
            Code::user_protected);
}

TEST_F(SessionsTest, OfAnotherBrowserAreOutOfReach) {
  const auto other = world.redeem(world.mint()).value();
  const auto stranger = world.visitor(other.client_cookie);
  EXPECT_EQ(code_of(world.services.sessions.token(stranger, id)), Code::session_not_of_client);
  EXPECT_EQ(code_of(world.services.sessions.close(stranger, id, SessionState::ended)),
            Code::session_not_of_client);
  EXPECT_EQ(code_of(world.services.sessions.token(world.visitor(), id)), Code::signed_out);
}

TEST_F(SessionsTest, AreListedByWhoActs) {
  const auto by_agent =
      world.services.sessions.list(world.caller, {.actor_sub = world.agent.id.text}, {}).value();
  EXPECT_EQ(by_agent.total, 1);
  EXPECT_EQ(by_agent.items.front().id, id);
  EXPECT_EQ(world.services.sessions.list(world.caller, {.actor_sub = "nobody"}, {})->total, 0);
}

TEST_F(SessionsTest, AreAllRemovedAtSignOut) {
  ASSERT_TRUE(world.services.sessions.remove_all(visitor));
  EXPECT_EQ(code_of(token()), Code::signed_out);
  EXPECT_EQ(world.audit().back().action, AuditAction::session_removed);
}

}  // namespace
}  // namespace tenens
