// What claims say, and who acts for whom.
#include <gtest/gtest.h>

#include "clerk_backend_api/claims.hpp"

namespace clerk_backend_api {
namespace {

using namespace std::chrono_literals;

Claims claims_of(std::string_view json) {
  return Claims(parse_json(json).value());
}

TEST(Claims, ReadsWhatATokenOfClerksVersionTwoSays) {
  const auto claims = claims_of(
      R"({"azp":"https://app.example.com","exp":1700000060,"fva":[1,-1],"iat":1700000000,)"
      R"("iss":"https://clerk.example.com","jti":"j1","nbf":1699999990,"sid":"sess_1",)"
      R"("sts":"active","sub":"user_1","v":2,"o":{"id":"org_1","rol":"admin","slg":"acme"}})");
  EXPECT_EQ(claims.sub(), "user_1");
  EXPECT_EQ(claims.sid(), "sess_1");
  EXPECT_EQ(claims.iss(), "https://clerk.example.com");
  EXPECT_EQ(claims.azp(), "https://app.example.com");
  EXPECT_EQ(claims.jti(), "j1");
  EXPECT_EQ(claims.sts(), "active");
  EXPECT_EQ(claims.exp(), std::chrono::sys_seconds(1700000060s));
  EXPECT_EQ(claims.iat(), std::chrono::sys_seconds(1700000000s));
  EXPECT_EQ(claims.nbf(), std::chrono::sys_seconds(1699999990s));
  EXPECT_EQ(claims.org_id(), "org_1");
  EXPECT_EQ(claims.org_role(), "admin");
  EXPECT_EQ(claims.org_slug(), "acme");
  EXPECT_EQ(claims.raw().find("v")->if_integer(), 2);
  EXPECT_FALSE(claims.is_impersonated());
}

TEST(Claims, ReadsTheOrganizationOfVersionOne) {
  const auto claims = claims_of(R"({"org_id":"org_1","org_role":"org:admin","org_slug":"acme"})");
  EXPECT_EQ(claims.org_id(), "org_1");
  EXPECT_EQ(claims.org_role(), "org:admin");
  EXPECT_EQ(claims.org_slug(), "acme");
}

TEST(Claims, AreEmptyWhereATokenSaysNothing) {
  const Claims claims{Value("not an object")};
  EXPECT_EQ(claims.sub(), "");
  EXPECT_FALSE(claims.exp());
  EXPECT_EQ(claims.org_id(), "");
  EXPECT_EQ(claims.actor(), nullptr);
  EXPECT_EQ(claims.actor_sub(), "");
  EXPECT_TRUE(claims.actor_chain().empty());
  EXPECT_TRUE(claims.raw().empty());
}

TEST(Claims, GiveTheActorWholeAndInOrder) {
  const auto claims = claims_of(R"({"sub":"user_1","act":{"zone":3,"sub":"user_2","x":{"y":[]}}})");
  EXPECT_TRUE(claims.is_impersonated());
  EXPECT_EQ(to_json(*claims.actor()), R"({"zone":3,"sub":"user_2","x":{"y":[]}})");
  EXPECT_EQ(claims.actor_sub(), "user_2");
}

TEST(Claims, AreImpersonatedAlsoWhereTheActorHasNoSub) {
  EXPECT_TRUE(claims_of(R"({"sub":"user_1","act":{}})").is_impersonated());
  EXPECT_EQ(claims_of(R"({"sub":"user_1","act":{"sub":7}})").actor_sub(), "");
}

TEST(Claims, GiveTheChainFromTheOneWhoActsNowInward) {
  const auto claims = claims_of(
      R"({"sub":"user_1","act":{"sub":"agent","act":{"sub":"admin","act":{"sub":"root"}}}})");
  const auto chain = claims.actor_chain();
  ASSERT_EQ(chain.size(), 3U);
  EXPECT_EQ(*chain[0]->find("sub"), Value("agent"));
  EXPECT_EQ(*chain[1]->find("sub"), Value("admin"));
  EXPECT_EQ(*chain[2]->find("sub"), Value("root"));
  EXPECT_EQ(claims.actor_sub(), "agent");
}

TEST(Claims, EndTheChainWhereItStopsBeingOne) {
  EXPECT_EQ(claims_of(R"({"act":{"sub":"a","act":"b"}})").actor_chain().size(), 1U);
}

TEST(Claims, SurviveBeingMoved) {
  auto claims = claims_of(R"({"sub":"u","act":{"sub":"a"}})");
  const auto moved = std::move(claims);
  EXPECT_EQ(moved.sub(), "u");
  EXPECT_EQ(moved.actor_sub(), "a");
}

}  // namespace
}  // namespace clerk_backend_api
