// The edge: who gets in, with what headers, and how everybody else is refused.
#include "http/app.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/base64url.hpp"
#include "unit/http/browser.hpp"

namespace tenens::http {
namespace {

using test::at;
using test::Browser;
using test::header;
using test::World;

TEST(App, RefusesABackEndWithoutItsKey) {
  World world;
  const auto code = [&](Headers headers) {
    const auto reply = world.send("GET", "/v1/users", std::move(headers));
    EXPECT_EQ(reply.status, 401);
    return at(reply, "errors.0.code");
  };
  EXPECT_EQ(code({}), "authentication_invalid");
  EXPECT_EQ(code({{"Authorization", "Basic abc"}}), "authorization_header_format_invalid");
  EXPECT_EQ(code({{"Authorization", "Bearer a b"}}), "authorization_header_format_invalid");
  EXPECT_EQ(code({{"Authorization", "Bearer sk_test_wrong"}}), "clerk_key_invalid");
}

TEST(App, LetsBothSpellingsOfOneKeyDecideNothing) {
  World world;
  const auto good = "Bearer " + std::string(test::kSecretKey);
  EXPECT_EQ(
      world.send("GET", "/v1/users", {{"Authorization", good}, {"Authorization", good}}).status,
      401);
}

TEST(App, ChecksTheApiVersion) {
  World world;
  const auto status = [&](const std::string& target, Headers headers) {
    return world.call("GET", target, {}, std::move(headers)).status;
  };
  EXPECT_EQ(status("/v1/users", {{"Clerk-API-Version", "2031-01-31"}}), 200);
  EXPECT_EQ(status("/v1/users?__clerk_api_version=2024-02-29", {}), 200);
  for (const auto* version : {"2023-02-29", "2024-2-1", "x024-01-01", "2024-01-01 ", "latest"}) {
    EXPECT_EQ(status("/v1/users", {{"Clerk-API-Version", version}}), 400) << version;
  }
  EXPECT_EQ(
      status("/v1/users?__clerk_api_version=2024-01-01", {{"Clerk-API-Version", "2024-01-01"}}),
      400);
}

TEST(App, SaysExactlyApplicationJsonAndForbidsCaches) {
  World world;
  for (const auto& reply : {world.call("GET", "/v1/users"), world.send("GET", "/v1/client"),
                            world.send("GET", "/nowhere"), world.send("GET", "/v1/users")}) {
    EXPECT_EQ(reply.content_type, "application/json");
    EXPECT_EQ(header(reply, "cache-control"), "no-store");
    EXPECT_EQ(header(reply, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header(reply, "x-clerk-trace-id").size(), 32U);
  }
  const auto refused = world.send("GET", "/nowhere");
  EXPECT_EQ(at(refused, "clerk_trace_id"), header(refused, "x-clerk-trace-id"));
}

TEST(App, ForbidsCachesEverywhereButOnWhatIsPublic) {
  World world;
  const std::set<std::string_view> cached{"/.well-known/jwks.json", "/tenens/{asset}",
                                          "/v1/banner.js", "/v1/openapi.json"};
  for (const auto& route : route_table()) {
    std::string path(route.pattern);
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      path.replace(open, path.find('}') - open + 1,
                   route.pattern == "/tenens/{asset}" ? "page.css" : "x");
    }
    for (const bool with_key : {true, false}) {
      const std::string method(route.method);
      const auto reply = with_key ? world.call(method, path) : world.send(method, path);
      EXPECT_EQ(header(reply, "x-content-type-options"), "nosniff") << path;
      EXPECT_NE(reply.content_type, "text/plain") << path;
      if (cached.contains(route.pattern)) continue;
      EXPECT_EQ(header(reply, "cache-control"), "no-store") << path;
      const bool for_pages = route.audience == Audience::frontend;
      EXPECT_EQ(header(reply, "vary"), for_pages ? "Origin" : "") << path;
    }
  }
}

TEST(App, ForbidsCachesOfWhatASessionIs) {
  World world;
  test::Browser browser(world);
  const auto ticket = world.new_ticket(world.new_user());
  const auto no_store = [](const Reply& reply, int status) {
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(header(reply, "cache-control"), "no-store");
  };
  no_store(browser.get("/v1/tickets/accept?ticket=" + percent_encode(ticket)), 200);
  const auto signed_in = browser.redeem(ticket);
  no_store(signed_in, 200);
  const auto session = "/v1/client/sessions/" + at(signed_in, "response.created_session_id");
  no_store(browser.post(session + "/touch", ""), 200);
  no_store(browser.post(session + "/tokens", ""), 200);
  no_store(browser.get("/v1/client"), 200);
  no_store(browser.get("/v1/tickets/session"), 200);
  no_store(browser.get("/v1/client/handshake?redirect_url=http%3A%2F%2Flocalhost%3A3000%2F"), 307);
  no_store(browser.post(session + "/end", ""), 200);
}

TEST(App, NamesTheMethodsOfAPath) {
  World world;
  const auto reply = world.call("PUT", "/v1/users/user_1");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(header(reply, "allow"), "GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(at(reply, "errors.0.code"), "method_not_allowed");
  EXPECT_EQ(world.call("TRACE", "/v1/jwks").status, 405);
}

TEST(App, TellsPagesOnTheListThatTheyMayRead) {
  World world;
  const auto reply = world.send("GET", "/v1/client", {{"Origin", "http://localhost:3000"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(header(reply, "access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(header(reply, "access-control-allow-credentials"), "true");
  EXPECT_EQ(header(reply, "vary"), "Origin");
}

TEST(App, TellsOtherPagesNothing) {
  World world;
  for (const auto* origin : {"null", "https://evil.example", "http://localhost.evil.example"}) {
    for (const auto* method : {"GET", "OPTIONS"}) {
      const auto reply = world.send(method, "/v1/client", {{"Origin", origin}});
      EXPECT_EQ(reply.status, 400) << origin;
      EXPECT_EQ(at(reply, "errors.0.code"), "origin_invalid");
      EXPECT_EQ(header(reply, "access-control-allow-origin"), "");
      EXPECT_EQ(header(reply, "vary"), "Origin");
    }
  }
}

TEST(App, AnswersPreflights) {
  World world;
  const auto reply = world.send(
      "OPTIONS", "/v1/client/sessions",
      {{"Origin", "http://localhost:3000"}, {"Access-Control-Request-Method", "DELETE"}});
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(header(reply, "access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(header(reply, "access-control-allow-methods"), "DELETE, OPTIONS");
  EXPECT_EQ(world.send("OPTIONS", "/v1/users", {{"Origin", "http://localhost:3000"}}).status, 405);
}

TEST(App, PutsTheOriginIntoTheSessionsJwt) {
  World world({.app_url = "http://app.example", .dev = true});
  const auto azp = [&](Headers headers) {
    Browser browser(world);
    const auto reply = browser.redeem(world.new_ticket(world.new_user()), std::move(headers));
    const auto jwt = at(reply, "client.sessions.0.last_active_token.jwt");
    const auto first = jwt.find('.');
    const auto claims = parse_base64url(jwt.substr(first + 1, jwt.rfind('.') - first - 1));
    return at(test::parsed(claims.value_or("")), "azp");
  };
  EXPECT_EQ(azp({{"Origin", "http://localhost:3000"}}), "http://localhost:3000");
  EXPECT_EQ(azp({{"Clerk-Proxy-Url", "http://localhost:5000/__clerk"}}), "http://localhost:5000");
  EXPECT_EQ(azp({{"Clerk-Proxy-Url", "https://evil.example"}}), "http://app.example");
  EXPECT_EQ(azp({}), "http://app.example");
}

TEST(App, RefusesTheWrongKindOfBody) {
  World world;
  const auto reply = world.call("POST", "/v1/actor_tokens", {}, {{"Content-Type", "text/plain"}});
  EXPECT_EQ(reply.status, 422) << "without a body its type does not matter";
  const auto wrong = world.send("POST", "/v1/users",
                                {{"Authorization", "Bearer " + std::string(test::kSecretKey)},
                                 {"Content-Type", "text/plain"}},
                                "{}");
  EXPECT_EQ(wrong.status, 415);
  EXPECT_EQ(at(wrong, "errors.0.long_message"),
            "Content-Type text/plain is unsupported. You should use application/json instead.");
}

TEST(App, HonoursIdempotencyKeys) {
  World world;
  const auto user = world.new_user();
  const auto create = [&](const std::string& key, std::string_view sub) {
    return world.call(
        "POST", "/v1/actor_tokens",
        R"({"user_id":")" + user + R"(","actor":{"sub":")" + std::string(sub) + "\"}}",
        {{"Idempotency-Key", key}});
  };
  const auto first = create("k1", "a");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(create("k1", "a").body, first.body);
  EXPECT_EQ(create("k1", "b").status, 409);
  EXPECT_EQ(at(create("k1", "b"), "errors.0.code"), "idempotency_key_conflict");
  EXPECT_NE(at(create("k2", "a"), "id"), at(first, "id"));
  EXPECT_EQ(create(std::string(255, 'k'), "a").status, 200);
  for (const auto& bad :
       {std::string(), std::string(256, 'k'), std::string("a\tb"), std::string("ü")}) {
    EXPECT_EQ(create(bad, "a").status, 400) << bad;
  }
}

TEST(App, AnswersCreateWith402AndQuotaWhereTheyApply) {
  World off({.dev = true}, {.impersonation_enabled = false, .monthly_limit = {}});
  const auto body = [](const std::string& user) {
    return R"({"user_id":")" + user + R"(","actor":{"sub":"a"}})";
  };
  const auto refused = off.call("POST", "/v1/actor_tokens", body(off.new_user()));
  EXPECT_EQ(refused.status, 402);
  EXPECT_EQ(at(refused, "errors.0.meta.unsupported_features.0"), "impersonation");

  World limited({.dev = true}, {.monthly_limit = 1});
  const auto user = limited.new_user();
  EXPECT_EQ(limited.call("POST", "/v1/actor_tokens", body(user)).status, 200);
  const auto over = limited.call("POST", "/v1/actor_tokens", body(user));
  EXPECT_EQ(over.status, 422);
  EXPECT_EQ(at(over, "errors.0.code"), "impersonation_limit_exceeded");
  EXPECT_EQ(at(over, "errors.0.meta"), R"({"limit":1,"used":1})");
}

TEST(App, GivesAProductionInstanceItsClientUat) {
  World world({.public_url = "https://clerk.example.com",
               .app_url = "https://app.example.com",
               .publishable_key = "pk_live_x",
               .frontend_host = "clerk.example.com",
               .production = true},
              {}, "sk_live_0123456789abcdef0123456789abcdef");
  Browser browser(world);
  const auto reply =
      browser.redeem(world.new_ticket(world.new_user()),
                     {{"Host", "clerk.example.com"}, {"Origin", "https://app.example.com"}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto cookies = reply.headers.all("set-cookie");
  ASSERT_EQ(cookies.size(), 3U);
  EXPECT_TRUE(cookies[0].ends_with("; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly; Secure"));
  const auto uat = "=" + std::to_string(to_unix_seconds(world.clock.now())) +
                   "; Path=/; Domain=example.com; Max-Age=31536000; SameSite=Lax; Secure";
  EXPECT_EQ(cookies[1], "__client_uat" + uat);
  EXPECT_TRUE(cookies[2].starts_with("__client_uat_")) << cookies[2];
  EXPECT_TRUE(cookies[2].ends_with(uat)) << cookies[2];

  const auto out = browser.post("/v1/client/sessions?_method=DELETE", "");
  EXPECT_EQ(browser.cookies["__client_uat"], "0");
  EXPECT_EQ(out.status, 200);
}

TEST(App, MakesANewClientCookieAtEverySignIn) {
  World world;
  Browser browser(world);
  const auto user = world.new_user();
  EXPECT_EQ(browser.redeem(world.new_ticket(user)).status, 200);
  const auto first = browser.cookies.at("__client");
  browser.post("/v1/client/sessions?_method=DELETE", "");
  EXPECT_EQ(browser.redeem(world.new_ticket(user)).status, 200);
  EXPECT_NE(browser.cookies.at("__client"), first);
  Browser thief(world);
  thief.cookies["__client"] = first;
  EXPECT_EQ(at(thief.get("/v1/client"), "response"), "null");
}

TEST(App, LetsEverybodyCacheThePublicKeysForAMinute) {
  World world;
  const auto reply = world.send("GET", "/.well-known/jwks.json");
  EXPECT_EQ(header(reply, "cache-control"), "public, max-age=60");
  EXPECT_EQ(at(reply, "keys.0.alg"), "ES256");
  EXPECT_EQ(at(reply, "keys.0.crv"), "P-256");
  EXPECT_EQ(reply.body, world.call("GET", "/v1/jwks").body);
}

TEST(App, IsWell) {
  World world;
  const auto reply = world.send("GET", "/v1/health");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"status":"ok"})");
}

}  // namespace
}  // namespace tenens::http
