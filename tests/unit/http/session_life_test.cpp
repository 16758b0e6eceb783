// However a session comes to its end, every door says so: those that browsers use and those that
// back ends use.
#include <gtest/gtest.h>

#include "unit/http/browser.hpp"

namespace tenens::http {
namespace {

using test::at;
using test::Browser;
using test::header;
using test::World;
using namespace std::chrono_literals;

class SessionLife : public testing::Test {
 protected:
  World world;
  Browser browser{world};
  std::string admin = world.new_user("Ada");
  std::string customer = world.new_user("Carol");
  std::string token_id;
  std::string session_id;

  void SetUp() override {
    const auto token = world.call("POST", "/v1/actor_tokens",
                                  R"({"user_id":")" + customer + R"(","actor":{"sub":")" + admin +
                                      R"("},"session_max_duration_in_seconds":1800})");
    token_id = at(token, "id");
    session_id = at(browser.redeem(at(token, "token")), "response.created_session_id");
    ASSERT_TRUE(session_id.starts_with("sess_"));
  }

  Reply act(const std::string& action) {
    return browser.post("/v1/client/sessions/" + session_id + "/" + action, "");
  }
  Reply handshake() {
    return browser.get("/v1/client/handshake?format=nonce&redirect_url=" +
                       percent_encode("http://localhost:3000/"));
  }
  /// What the back end learns to which a handshake leads.
  bool says_signed_out(const Reply& handshake) {
    const auto location = header(handshake, "location");
    const auto payload = world.call(
        "GET", "/v1/clients/handshake_payload?nonce=" + location.substr(location.rfind('=') + 1));
    EXPECT_EQ(payload.status, 200) << payload.body;
    return at(payload, "directives.0").starts_with("__session=;");
  }
  std::string status() { return at(world.call("GET", "/v1/sessions/" + session_id), "status"); }

  void expect_over(std::string_view expected) {
    for (const auto* action : {"touch", "tokens"}) {
      const auto reply = act(action);
      EXPECT_EQ(reply.status, 401) << action;
      EXPECT_EQ(at(reply, "errors.0.code"), "signed_out") << action;
    }
    EXPECT_EQ(at(browser.get("/v1/client"), "response.sessions"), "[]");
    EXPECT_TRUE(says_signed_out(handshake()));
    EXPECT_NE(browser.get("/v1/tickets/session").body.find("No session"), std::string::npos);

    EXPECT_EQ(status(), expected);
    const auto token = world.call("POST", "/v1/sessions/" + session_id + "/tokens");
    EXPECT_EQ(token.status, 404);
    EXPECT_EQ(at(token, "errors.0.code"), "resource_not_found");
    EXPECT_EQ(world.call("GET", "/v1/sessions?status=active&user_id=" + customer).body, "[]");
  }

  /// What a back end does, with a handshake still under way.
  void expect_over_after(std::string_view expected, const std::string& method,
                         const std::string& target) {
    EXPECT_EQ(act("tokens").status, 200);
    const auto under_way = handshake();
    EXPECT_FALSE(says_signed_out(under_way));
    EXPECT_EQ(world.call(method, target).status, 200);
    EXPECT_TRUE(says_signed_out(under_way));
    expect_over(expected);
  }
};

TEST_F(SessionLife, EndsAfterTenMinutesWithoutActivity) {
  world.clock.advance(599s);
  EXPECT_EQ(act("touch").status, 200);
  world.clock.advance(599s);
  EXPECT_FALSE(says_signed_out(handshake())) << "which is activity, too";
  world.clock.advance(599s);
  EXPECT_EQ(browser.get("/v1/client").status, 200) << "which is none";
  EXPECT_EQ(status(), "active");
  world.clock.advance(1s);
  expect_over("abandoned");
}

TEST_F(SessionLife, EndsAtItsMaximumHoweverBusy) {
  for (int i = 0; i < 5; ++i) {
    world.clock.advance(5min);
    EXPECT_EQ(act(i % 2 == 0 ? "touch" : "tokens").status, 200);
  }
  world.clock.advance(5min);
  expect_over("expired");
}

TEST_F(SessionLife, EndsWhenABackEndRevokesIt) {
  expect_over_after("revoked", "POST", "/v1/sessions/" + session_id + "/revoke");
}

TEST_F(SessionLife, EndsWithItsActorToken) {
  expect_over_after("revoked", "POST", "/v1/actor_tokens/" + token_id + "/end");
}

TEST_F(SessionLife, EndsWithABanOfTheUserAndDoesNotComeBackWithoutIt) {
  expect_over_after("revoked", "POST", "/v1/users/" + customer + "/ban");
  EXPECT_EQ(world.call("POST", "/v1/users/" + customer + "/unban").status, 200);
  expect_over("revoked");
}

TEST_F(SessionLife, EndsWithABanOfTheActorAndDoesNotComeBackWithoutIt) {
  expect_over_after("revoked", "POST", "/v1/users/" + admin + "/ban");
  EXPECT_EQ(world.call("POST", "/v1/users/" + admin + "/unban").status, 200);
  expect_over("revoked");
}

TEST_F(SessionLife, EndsWithTheUser) {
  expect_over_after("revoked", "DELETE", "/v1/users/" + customer);
}

TEST_F(SessionLife, EndsWithTheActor) {
  expect_over_after("revoked", "DELETE", "/v1/users/" + admin);
}

}  // namespace
}  // namespace tenens::http
