// The page behind a link.
#include <gtest/gtest.h>

#include "unit/http/browser.hpp"

namespace tenens::http {
namespace {

using test::Browser;
using test::header;
using test::World;

bool has(const Reply& reply, std::string_view text) {
  return reply.body.find(text) != std::string::npos;
}

std::string accept_url(const std::string& ticket) {
  return "/v1/tickets/accept?ticket=" + percent_encode(ticket);
}

std::string form(const Browser& browser, const std::string& ticket) {
  return "ticket=" + percent_encode(ticket) +
         "&csrf=" + percent_encode(browser.cookies.at("__tenens_csrf"));
}

/// A hidden field of a page's form.
std::string field(const Reply& page, const std::string& name) {
  const auto before = "name=\"" + name + "\" value=\"";
  const auto at = page.body.find(before);
  if (at == std::string::npos) return {};
  const auto rest = std::string_view(page.body).substr(at + before.size());
  return name + "=" + percent_encode(rest.substr(0, rest.find('"')));
}

/// The form of the session's page, with what stands in it.
std::string end_form(const Browser& browser, const Reply& page) {
  return field(page, "session_id") + "&csrf=" + percent_encode(browser.cookies.at("__tenens_csrf"));
}

TEST(TicketPage, SaysWhoWouldActAsWhomAndWhy) {
  World world;
  const auto user = world.new_user("Ada<b>");
  Browser browser(world);
  const auto reply = browser.get(accept_url(world.new_ticket(user, R"(,"reason":"case <4711>")")));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(has(reply, "You, <strong><bdi>user_support</bdi></strong>, are about to act as"));
  EXPECT_TRUE(has(reply, "<strong><bdi>Ada&lt;b&gt;</bdi></strong>."));
  EXPECT_TRUE(has(reply, "case &lt;4711&gt;"));
  EXPECT_TRUE(has(reply, "30 minutes"));
  EXPECT_TRUE(has(reply, "in 1 hour"));
  EXPECT_FALSE(has(reply, "Ada<b>"));
  EXPECT_EQ(header(reply, "cache-control"), "no-store");
  EXPECT_EQ(header(reply, "referrer-policy"), "no-referrer");
}

TEST(TicketPage, MayBeLookedAtAsOftenAsOneLikes) {
  World world;
  const auto ticket = world.new_ticket(world.new_user());
  Browser browser(world);
  for (const auto* method : {"GET", "HEAD", "GET"}) {
    EXPECT_EQ(world.send(method, accept_url(ticket)).status, 200);
  }
  EXPECT_EQ(browser.get(accept_url(ticket)).status, 200);
  EXPECT_EQ(browser.post("/v1/tickets/accept", form(browser, ticket)).status, 303);
}

TEST(TicketPage, OpensTheSessionWhenItsButtonIsPressedAndEndsIt) {
  World world;
  const auto ticket = world.new_ticket(world.new_user());
  Browser browser(world);
  browser.get(accept_url(ticket));
  const auto accepted = browser.post("/v1/tickets/accept", form(browser, ticket));
  EXPECT_EQ(accepted.status, 303);
  EXPECT_EQ(header(accepted, "location"), "/v1/tickets/session");

  world.clock.advance(std::chrono::minutes(5));
  const auto session = browser.get("/v1/tickets/session");
  EXPECT_EQ(session.status, 200);
  EXPECT_TRUE(has(session, "Acting as Ada"));
  EXPECT_TRUE(has(session, "<dd>5 minutes<")) << "then it would be idle";
  EXPECT_TRUE(has(session, "&quot;act&quot;: {\n    &quot;sub&quot;: &quot;user_support&quot;"));

  EXPECT_EQ(browser.post("/v1/tickets/session", end_form(browser, session)).status, 303);
  EXPECT_TRUE(has(browser.get("/v1/tickets/session"), "No session in this browser"));
  EXPECT_EQ(browser.post("/v1/tickets/session", end_form(browser, session)).status, 303);
}

TEST(TicketPage, EndsTheSessionThatItHasShownAndNoOther) {
  tenens::Settings settings;
  settings.restore_session = true;
  World world({.dev = true}, settings);
  const auto admin = world.new_user("Admin");
  Browser browser(world);
  const auto open = [&](const std::string& ticket) {
    const auto page = browser.get(accept_url(ticket));
    const auto sent = form(browser, ticket) + "&" + field(page, "own_user_id");
    EXPECT_EQ(browser.post("/v1/tickets/accept", sent).status, 303);
    return browser.get("/v1/tickets/session");
  };
  open(world.new_sign_in_ticket(admin));
  const auto acting = open(world.new_ticket(world.new_user()));
  ASSERT_TRUE(has(acting, "Acting as Ada"));
  // Pressed twice, or pressed when the impersonation has run out: the own session is back.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(browser.post("/v1/tickets/session", end_form(browser, acting)).status, 303);
    EXPECT_TRUE(has(browser.get("/v1/tickets/session"), "Signed in as Admin")) << i;
  }
  const auto again = open(world.new_ticket(world.new_user()));
  world.clock.advance(std::chrono::minutes(10));
  EXPECT_EQ(browser.post("/v1/tickets/session", end_form(browser, again)).status, 303);
  const auto own = browser.get("/v1/tickets/session");
  EXPECT_TRUE(has(own, "Signed in as Admin"));
  EXPECT_EQ(browser.post("/v1/tickets/session", form(browser, "")).status, 303);
  EXPECT_TRUE(has(browser.get("/v1/tickets/session"), "Signed in as Admin")) << "none was named";
  EXPECT_EQ(browser.post("/v1/tickets/session", end_form(browser, own)).status, 303);
  EXPECT_TRUE(has(browser.get("/v1/tickets/session"), "No session in this browser"));
}

TEST(TicketPage, ThatHasLostItsLinkSaysSo) {
  World world;
  Browser browser(world);
  const auto reply = browser.get("/v1/tickets/accept");
  EXPECT_EQ(reply.status, 422);
  EXPECT_TRUE(has(reply, "Open the link again"));
}

TEST(TicketPage, TakesNoFormThatIsNotItsOwn) {
  World world;
  const auto ticket = world.new_ticket(world.new_user());
  Browser browser(world);
  browser.get(accept_url(ticket));
  const auto good = form(browser, ticket);
  const auto refused = [&](const std::string& body, Headers headers) {
    const auto reply = browser.post("/v1/tickets/accept", body, std::move(headers));
    EXPECT_TRUE(has(reply, "This page is out of date"));
    return reply.status == 403;
  };
  EXPECT_TRUE(refused("ticket=" + ticket, {}));
  EXPECT_TRUE(refused("ticket=" + ticket + "&csrf=", {}));
  EXPECT_TRUE(refused("ticket=" + ticket + "&csrf=" + std::string(43, 'A'), {}));
  EXPECT_TRUE(refused(good, {{"Sec-Fetch-Site", "cross-site"}}));
  EXPECT_TRUE(refused(good, {{"Sec-Fetch-Site", "same-site"}}));
  EXPECT_TRUE(refused(good, {{"Origin", "https://evil.example"}}));
  EXPECT_TRUE(refused(good, {{"Origin", "http://localhost:3000"}, {"Host", "localhost:4400"}}));

  Browser other(world);
  EXPECT_EQ(other.post("/v1/tickets/accept", good).status, 403) << "the cookie is missing";
  // What browsers send with a form of a page without a referrer.
  EXPECT_EQ(
      browser
          .post("/v1/tickets/accept", good, {{"Origin", "null"}, {"Sec-Fetch-Site", "same-origin"}})
          .status,
      303);
}

TEST(TicketPage, KeepsItsFormTokenForASecondTabAndReplacesAForeignOne) {
  World world;
  const auto url = accept_url(world.new_ticket(world.new_user()));
  Browser browser(world);
  const auto first = browser.get(url);
  EXPECT_TRUE(
      header(first, "set-cookie").ends_with("; Path=/v1/tickets; SameSite=Strict; HttpOnly"));
  const auto token = browser.cookies.at("__tenens_csrf");
  browser.get(url);
  EXPECT_EQ(browser.cookies.at("__tenens_csrf"), token);
  browser.cookies["__tenens_csrf"] = "<planted>";
  browser.get(url);
  EXPECT_EQ(browser.cookies.at("__tenens_csrf").size(), 43U);
}

TEST(TicketPage, ExplainsWhyATicketCannotBeUsed) {
  World world;
  const auto user = world.new_user();
  Browser browser(world);
  const auto expect = [&](const std::string& ticket, int status, std::string_view heading) {
    const auto reply = Browser(world).get(accept_url(ticket));
    EXPECT_EQ(reply.status, status) << heading;
    EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(has(reply, heading)) << reply.body;
    EXPECT_FALSE(ticket.size() > 8 && has(reply, ticket));
  };
  expect("nonsense", 400, "This link is not valid");
  expect("", 400, "This link is not valid");
  expect(std::string(5000, 'a'), 400, "This link is not valid");

  const auto used = world.new_ticket(user);
  EXPECT_EQ(Browser(world).redeem(used).status, 200);
  expect(used, 400, "This link has already been used");

  const auto expired = world.new_ticket(user, R"(,"expires_in_seconds":60)");
  world.clock.advance(std::chrono::seconds(60));
  expect(expired, 400, "This link has expired");

  const auto ticket = world.new_ticket(user);
  world.call("POST", "/v1/users/" + user + "/ban");
  expect(ticket, 403, "The user is banned");
  world.call("DELETE", "/v1/users/" + user);
  expect(ticket, 404, "The user no longer exists");
}

TEST(TicketPage, DoesNotChainImpersonations) {
  World world;
  Browser browser(world);
  EXPECT_EQ(browser.redeem(world.new_ticket(world.new_user())).status, 200);
  const auto reply = browser.get(accept_url(world.new_ticket(world.new_user())));
  EXPECT_EQ(reply.status, 409);
  EXPECT_TRUE(has(reply, "You are acting for somebody already"));
  EXPECT_TRUE(has(reply, "/v1/tickets/session"));
}

TEST(TicketPage, LeadsToTheApplicationWhereThereIsOne) {
  World world({.app_url = "https://app.example.com/"});
  const auto ticket = world.new_ticket(world.new_user());
  const auto reply = Browser(world).get(accept_url(ticket));
  EXPECT_EQ(reply.status, 303);
  EXPECT_EQ(header(reply, "location"), "https://app.example.com/sign-in?__clerk_ticket=" +
                                           percent_encode(ticket) + "&__clerk_status=sign_in");
  EXPECT_EQ(Browser(world).get(accept_url("bad")).status, 400);
}

TEST(TicketPage, AsksBeforeItLeadsToTheApplicationIfItShall) {
  World world({.app_url = "https://app.example.com", .confirm_links = true});
  const auto ticket = world.new_ticket(world.new_user());
  Browser browser(world);
  const auto page = browser.get(accept_url(ticket));
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "are about to act as"));
  EXPECT_TRUE(header(page, "content-security-policy")
                  .ends_with("form-action 'self' https://app.example.com"));
  EXPECT_EQ(browser.post("/v1/tickets/accept", "ticket=" + ticket).status, 403);
  const auto reply = browser.post("/v1/tickets/accept", form(browser, ticket));
  EXPECT_EQ(reply.status, 303);
  EXPECT_EQ(header(reply, "location"), "https://app.example.com/sign-in?__clerk_ticket=" +
                                           percent_encode(ticket) + "&__clerk_status=sign_in");
  EXPECT_EQ(Browser(world).redeem(ticket).status, 200) << "it was for the application to redeem";
}

TEST(TicketPage, AsksWhoIsSignedInAlreadyAndRedeemsByItself) {
  for (const bool restores : {false, true}) {
    tenens::Settings settings;
    settings.restore_session = restores;
    World world({.app_url = "https://app.example.com"}, settings);
    Browser browser(world);
    const auto user = world.new_user("Own<b>");
    ASSERT_EQ(browser.redeem(world.new_sign_in_ticket(user)).status, 200);
    const auto ticket = world.new_ticket(world.new_user());
    const auto page = browser.get(accept_url(ticket));
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "signed in here as <strong><bdi>Own&lt;b&gt;</bdi></strong>"));
    EXPECT_EQ(has(page, "comes back when this one ends"), restores);
    EXPECT_EQ(has(page, "ends when you press the button"), !restores);
    EXPECT_TRUE(has(browser.post("/v1/tickets/accept", form(browser, ticket)), "signed in here"))
        << "a page that did not speak of that session";
    EXPECT_EQ(field(page, "own_user_id"), "own_user_id=" + user);
    const auto sent =
        form(browser, ticket) + "&own_user_id=" + user + "&redeem_nonce=0123456789012345678901";
    const auto reply = browser.post("/v1/tickets/accept", sent);
    EXPECT_EQ(reply.status, 303);
    EXPECT_EQ(header(reply, "location"), "/v1/tickets/session?continue=application");
    EXPECT_TRUE(browser.cookies.contains("__client_uat")) << "its server renders before clerk-js";
    const auto going_on = browser.get("/v1/tickets/session?continue=application");
    EXPECT_EQ(header(going_on, "refresh"), "0; url=https://app.example.com/");
    EXPECT_TRUE(has(going_on, "Acting as"));
    // The answer got lost, and the form is sent once more.
    EXPECT_EQ(browser.post("/v1/tickets/accept", sent).status, 303);
    EXPECT_EQ(Browser(world).redeem(ticket).status, 400) << "it was redeemed";
  }
}

TEST(TicketPage, LeavesItToAnApplicationThatHoldsSeveralSessions) {
  tenens::Settings settings;
  settings.single_session = false;
  World world({.app_url = "https://app.example.com"}, settings);
  Browser browser(world);
  ASSERT_EQ(browser.redeem(world.new_sign_in_ticket(world.new_user())).status, 200);
  EXPECT_EQ(browser.get(accept_url(world.new_ticket(world.new_user()))).status, 303);
}

TEST(TicketPage, NamesTheSessionThatComesBack) {
  tenens::Settings settings;
  settings.single_session = false;
  settings.restore_session = true;
  World world({.dev = true}, settings);
  Browser browser(world);
  for (const auto* name : {"First", "Second"}) {
    ASSERT_EQ(browser.redeem(world.new_sign_in_ticket(world.new_user(name))).status, 200);
  }
  const auto page = browser.get(accept_url(world.new_ticket(world.new_user())));
  EXPECT_TRUE(has(page, "<bdi>Second</bdi>"));
  EXPECT_TRUE(has(page, "Others in this browser end."));
}

TEST(TicketPage, CallsWhoHasNoNameByAnIdentifier) {
  World world;
  const auto user = world.new_user(" ");
  const auto page = Browser(world).get(accept_url(world.new_ticket(user)));
  EXPECT_TRUE(has(page, "<title>Act as " + user + " – Tenens</title>"));
}

TEST(TicketPage, SaysThatTheSessionIsOverWhenItIs) {
  World world;
  Browser browser(world);
  ASSERT_EQ(browser.redeem(world.new_ticket(world.new_user())).status, 200);
  EXPECT_EQ(header(browser.get("/v1/tickets/session"), "refresh"), "601");
}

TEST(TicketPage, LeadsOnByAWholeAddressBelowAPath) {
  World world({.public_url = "https://app.example.com/__clerk"});
  const auto ticket = world.new_ticket(world.new_user());
  Browser browser(world);
  browser.get(accept_url(ticket));
  EXPECT_EQ(header(browser.post("/v1/tickets/accept", form(browser, ticket)), "location"),
            "https://app.example.com/__clerk/v1/tickets/session");
}

TEST(Assets, AreTwoAndNoTemplates) {
  World world;
  EXPECT_EQ(world.send("GET", "/tenens/page.css").content_type, "text/css; charset=utf-8");
  EXPECT_EQ(world.send("GET", "/tenens/page.js").content_type, "text/javascript; charset=utf-8");
  for (const auto* path : {"/tenens/layout.html", "/tenens/..%2fpage.css", "/tenens/page.css/"}) {
    EXPECT_EQ(world.send("GET", path).status, 404) << path;
  }
}

}  // namespace
}  // namespace tenens::http
