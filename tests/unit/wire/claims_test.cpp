#include "wire/claims.hpp"

#include <gtest/gtest.h>

namespace tenens::wire {
namespace {

TEST(WireClaims, ASessionJwtCarriesTheActorAsItWasGiven) {
  const SessionClaims claims{.azp = "https://app.example",
                             .act_json = R"({"sub":"a","n":1.0})",
                             .iss = "https://clerk.localhost",
                             .jti = "jti_1",
                             .sid = "sess_1",
                             .sub = "user_1",
                             .exp = 60,
                             .iat = 0,
                             .nbf = -10,
                             .factor_age_minutes = 3};
  EXPECT_EQ(to_json(claims),
            R"({"act":{"sub":"a","n":1.0},"azp":"https://app.example","exp":60,"fva":[3,-1],)"
            R"("iat":0,"iss":"https://clerk.localhost","jti":"jti_1","nbf":-10,"sid":"sess_1",)"
            R"("sts":"active","sub":"user_1","v":2})");
}

TEST(WireClaims, WhatASessionDoesNotHaveIsLeftOut) {
  const auto json = to_json(SessionClaims{});
  EXPECT_EQ(json.find("act\""), std::string::npos);
  EXPECT_EQ(json.find("azp"), std::string::npos);
}

TEST(WireClaims, ATicketRoundTrips) {
  const TicketClaims claims{
      .eis = 3600, .exp = 1703377818, .iid = "ins_1", .sid = "act_1", .st = "actor_token"};
  EXPECT_EQ(to_json(claims),
            R"({"eis":3600,"exp":1703377818,"iid":"ins_1","sid":"act_1","st":"actor_token"})");
  EXPECT_EQ(parse_ticket_claims(to_json(claims)), claims);
}

TEST(WireClaims, ANonceRoundTripsAndIsNoTicket) {
  const NonceClaims claims{.db = {},
                           .dom = "example.com",
                           .exp = 1703377818,
                           .iid = "ins_1",
                           .org = "https://app.example.com",
                           .sid = "sess_1",
                           .uat = 1703377000};
  const auto json = to_json(claims);
  EXPECT_EQ(json, R"({"db":"","dom":"example.com","exp":1703377818,"iid":"ins_1",)"
                  R"("org":"https://app.example.com","sid":"sess_1","st":"handshake",)"
                  R"("uat":1703377000})");
  EXPECT_EQ(parse_nonce_claims(json), claims);
  EXPECT_FALSE(parse_ticket_claims(json));
  const TicketClaims ticket{
      .eis = 3600, .exp = 1703377818, .iid = "ins_1", .sid = "act_1", .st = "handshake"};
  EXPECT_FALSE(parse_nonce_claims(to_json(ticket)));
  auto other = json;
  other.replace(other.find("handshake"), 9, "something");
  EXPECT_FALSE(parse_nonce_claims(other));
}

TEST(WireClaims, ATicketWithAnythingElseIsNotOurs) {
  for (const auto* json : {"", "{}", "null", "[]", R"({"eis":1,"exp":2,"iid":"i","sid":"s"})",
                           R"({"eis":1,"exp":2,"iid":"i","sid":"s","st":"t","x":1})",
                           R"({"eis":1,"exp":2,"iid":"i","sid":"s","x":"t"})",
                           R"({"eis":"1","exp":2,"iid":"i","sid":"s","st":"t"})",
                           R"({"eis":1,"exp":2.0,"iid":"i","sid":"s","st":"t"})",
                           R"({"eis":1,"exp":2,"iid":"i","sid":{"a":1},"st":"t"})",
                           R"({"eis":1,"exp":2,"iid":null,"sid":"s","st":"t"})"}) {
    EXPECT_FALSE(parse_ticket_claims(json)) << json;
  }
}

}  // namespace
}  // namespace tenens::wire
