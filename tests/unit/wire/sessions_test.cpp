#include "wire/sessions.hpp"

#include <gtest/gtest.h>

namespace tenens::wire {
namespace {

TEST(WireSessions, ASessionHasClerksShape) {
  Session session{.id = "sess_1",
                  .user_id = "user_1",
                  .client_id = "client_1",
                  .status = SessionStatus::active,
                  .last_active_at = 1,
                  .expire_at = 2,
                  .abandon_at = 3,
                  .created_at = 4,
                  .updated_at = 5};
  EXPECT_EQ(to_json(session),
            R"({"object":"session","id":"sess_1","user_id":"user_1","client_id":"client_1",)"
            R"("actor":null,"status":"active","last_active_organization_id":null,)"
            R"("last_active_at":1,"expire_at":2,"abandon_at":3,"updated_at":5,"created_at":4,)"
            R"("tasks":null})");
  session.actor = Object{{"sub", "a"}};
  session.actor_token_id = "act_1";
  const auto again = parse_session(*clerk_backend_api::parse_json(to_json(session)));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(session));
}

TEST(WireSessions, ASessionWithoutAStatusIsNotOne) {
  EXPECT_FALSE(parse_session(*clerk_backend_api::parse_json(R"({"id":"sess_1"})")));
}

TEST(WireSessions, ATokensLifeIsBetweenHalfAMinuteAndTenYears) {
  for (const auto* good : {"30", "315360000", "null"}) {
    EXPECT_TRUE(parse_create_session_token(R"({"expires_in_seconds":)" + std::string(good) + "}"));
  }
  for (const auto* bad : {"29", "315360001", "-1"}) {
    const auto body =
        parse_create_session_token(R"({"expires_in_seconds":)" + std::string(bad) + "}");
    ASSERT_FALSE(body) << bad;
    EXPECT_EQ(body.error(), (Failures{{Code::param_invalid, "expires_in_seconds",
                                       "must be between 30 and 315360000"}}));
  }
  EXPECT_EQ(parse_create_session_token(R"({"expires_in_seconds":60.0})").error(),
            (Failures{{Code::param_wrong_type, "expires_in_seconds", "integer"}}));
}

TEST(WireSessions, NoBodyAndUnknownFieldsAreFine) {
  EXPECT_TRUE(parse_create_session_token(""));
  EXPECT_TRUE(parse_create_session_token("null"));
  EXPECT_TRUE(parse_create_session_token(R"({"template":"x"})"));
  EXPECT_FALSE(parse_create_session_token("x"));
}

TEST(WireSessions, ASessionTokenRoundTrips) {
  EXPECT_EQ(to_json(SessionToken{.jwt = "a.b.c"}), R"({"object":"token","jwt":"a.b.c"})");
  EXPECT_EQ(parse_session_token(*clerk_backend_api::parse_json(R"({"jwt":"a.b.c"})"))->jwt,
            "a.b.c");
  EXPECT_FALSE(parse_session_token(*clerk_backend_api::parse_json("{}")));
}

}  // namespace
}  // namespace tenens::wire
