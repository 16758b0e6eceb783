// The handshake's nonce: what it stands for, and who is believed. The way through real browsers and
// Clerk's packages is e2e/handshake.test.mjs.
#include <gtest/gtest.h>

#include "unit/http/browser.hpp"

namespace tenens::http {
namespace {

using test::at;
using test::Browser;
using test::header;
using test::World;
using namespace std::chrono_literals;

constexpr std::string_view kName = "__clerk_handshake_nonce=";

/// The nonce that a handshake has put into the address.
std::string nonce_of(const Reply& reply) {
  const auto location = header(reply, "location");
  const auto begin = location.find(kName);
  if (begin == std::string::npos) return {};
  const auto value = begin + kName.size();
  return location.substr(value, location.find_first_of("&#", value) - value);
}

std::string ask(Browser& browser, const std::string& more = "") {
  return nonce_of(browser.get("/v1/client/handshake?format=nonce&redirect_url=" +
                              percent_encode("http://localhost:3000/?a=1#b") + more));
}

Reply payload(World& world, const std::string& nonce) {
  return world.call("GET", "/v1/clients/handshake_payload?nonce=" + percent_encode(nonce));
}

TEST(HandshakeNonce, StandsForASessionOfThatMoment) {
  World world;
  Browser browser(world);
  const auto signed_in = browser.redeem(world.new_ticket(world.new_user()));
  const auto session_id = at(signed_in, "response.created_session_id");
  const auto nonce = ask(browser, "&__clerk_db_jwt=dvb_one");
  ASSERT_FALSE(nonce.empty());
  EXPECT_LT(nonce.size(), 500U);

  const auto reply = payload(world, nonce);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_TRUE(at(reply, "directives.0").starts_with("__session=ey"));
  EXPECT_TRUE(at(reply, "directives.1").starts_with("__session_"));
  EXPECT_TRUE(at(reply, "directives.2").starts_with("__client_uat=1"));
  EXPECT_TRUE(at(reply, "directives.4").starts_with("__clerk_db_jwt=dvb_one; "));
  EXPECT_EQ(at(reply, "directives.6"), "");

  world.clock.advance(59s);
  const auto later = payload(world, nonce);
  EXPECT_EQ(later.status, 200) << "again, because a live key's cookie makes SDKs ask again";
  EXPECT_NE(at(later, "directives.0"), at(reply, "directives.0"));

  ASSERT_EQ(world.call("POST", "/v1/sessions/" + session_id + "/revoke").status, 200);
  const auto revoked = payload(world, nonce);
  EXPECT_EQ(revoked.status, 200);
  EXPECT_TRUE(at(revoked, "directives.0").starts_with("__session=; ")) << revoked.body;
  EXPECT_TRUE(at(revoked, "directives.2").starts_with("__client_uat=0; ")) << revoked.body;
}

TEST(HandshakeNonce, OfAStrangerSaysSignedOut) {
  World world;
  Browser browser(world);
  const auto reply = payload(world, ask(browser));
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(at(reply, "directives.0").starts_with("__session=; Path=/; Max-Age=0"));
  EXPECT_TRUE(at(reply, "directives.2").starts_with("__client_uat=0; "));
  EXPECT_TRUE(at(reply, "directives.4").starts_with("__clerk_db_jwt=dvb_"));
}

TEST(HandshakeNonce, LivesForAMinute) {
  World world;
  Browser browser(world);
  const auto nonce = ask(browser);
  world.clock.advance(60s);
  const auto reply = payload(world, nonce);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(at(reply, "errors.0.code"), "invalid_handshake");
}

TEST(HandshakeNonce, IsRefusedIfForgedOrOfAnotherKind) {
  World world;
  Browser browser(world);
  const auto ticket = world.new_ticket(world.new_user());
  auto forged = ask(browser);
  forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
  const auto session = ask(browser);
  for (const auto& nonce : {std::string("x"), std::string("a.b.c"), forged, ticket, session + "A",
                            session.substr(1), std::string(3000, 'a')}) {
    const auto reply = payload(world, nonce);
    EXPECT_EQ(reply.status, 400) << nonce;
    EXPECT_EQ(at(reply, "errors.0.code"), "invalid_handshake") << nonce;
  }
  EXPECT_EQ(browser.redeem(session).status, 400) << "and it is no ticket";
}

TEST(HandshakeNonce, IsForBackEndsAlone) {
  World world;
  Browser browser(world);
  const auto target = "/v1/clients/handshake_payload?nonce=" + percent_encode(ask(browser));
  EXPECT_EQ(browser.get(target).status, 401);
  const auto missing = world.call("GET", "/v1/clients/handshake_payload");
  EXPECT_EQ(missing.status, 422);
  EXPECT_EQ(at(missing, "errors.0.code"), "form_param_missing");
}

TEST(HandshakeNonce, IsOnlyForThoseWhoWishForIt) {
  World world;
  Browser browser(world);
  const auto reply =
      browser.get("/v1/client/handshake?redirect_url=" + percent_encode("http://localhost:3000/"));
  EXPECT_NE(header(reply, "location").find("?__clerk_handshake=ey"), std::string::npos);
}

TEST(HandshakeNonce, IsACookieWithLiveKeys) {
  World world({.app_url = "http://localhost:3000", .production = true}, {},
              "sk_live_0123456789abcdef0123456789abcdef");
  Browser browser(world);
  const auto reply = browser.get("/v1/client/handshake?format=nonce&redirect_url=" +
                                 percent_encode("http://localhost:3000/"));
  EXPECT_EQ(header(reply, "location"), "http://localhost:3000/");
  const auto cookie = header(reply, "set-cookie");
  EXPECT_TRUE(cookie.starts_with(kName)) << cookie;
  EXPECT_TRUE(cookie.ends_with("; Path=/; Max-Age=60; SameSite=Lax; HttpOnly")) << cookie;
  const auto directives = payload(world, browser.cookies.at("__clerk_handshake_nonce"));
  EXPECT_EQ(directives.status, 200);
  EXPECT_EQ(directives.body.find("__clerk_db_jwt"), std::string::npos);
}

/// Signs in as clerk-js does on another site, where it has no cookie; what it is called afterwards.
std::string redeem_as(World& world, const std::string& name) {
  const auto ticket = world.new_ticket(world.new_user());
  Headers headers;
  headers.add("Content-Type", "application/x-www-form-urlencoded");
  const auto reply =
      world.send("POST", "/v1/client/sign_ins?__clerk_db_jwt=" + name, std::move(headers),
                 "strategy=ticket&ticket=" + percent_encode(ticket));
  EXPECT_EQ(reply.status, 200) << reply.body;
  return header(reply, "clerk-db-jwt");
}

std::string user_of(World& world, const std::string& name) {
  return at(world.send("GET", "/v1/client?__clerk_db_jwt=" + name),
            "response.sessions.0.user.first_name");
}

TEST(DevelopmentBrowser, IsTheClientOnceItHasSignedIn) {
  World world;
  EXPECT_EQ(user_of(world, "dvb_one"), "");
  const auto name = redeem_as(world, "dvb_one");
  ASSERT_TRUE(name.starts_with("client_")) << name;
  EXPECT_EQ(user_of(world, name), "Ada");
  EXPECT_EQ(user_of(world, "dvb_one"), "") << "the name it had proves nothing";
  EXPECT_EQ(user_of(world, name.substr(0, name.find('.'))), "");
  EXPECT_EQ(user_of(world, name + "A"), "");
}

TEST(DevelopmentBrowser, IsNobodyToALiveInstance) {
  World world({.production = true}, {}, "sk_live_0123456789abcdef0123456789abcdef");
  EXPECT_EQ(redeem_as(world, "dvb_one"), "");
  Browser browser(world);
  browser.redeem(world.new_ticket(world.new_user()));
  EXPECT_EQ(user_of(world, browser.cookies.at("__client")), "");
}

}  // namespace
}  // namespace tenens::http
