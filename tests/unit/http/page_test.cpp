#include "http/page.hpp"

#include <gtest/gtest.h>

#include "http/web_files.hpp"

namespace tenens::http {
namespace {

TEST(EscapeHtml, LeavesNothingThatMarkupOrAnAttributeCouldUse) {
  EXPECT_EQ(escape_html(R"(<a href="x" b='y'>&amp;)"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(escape_html("Zoë 漢"), "Zoë 漢");
}

TEST(FillTemplate, EscapesEveryValue) {
  EXPECT_EQ(fill_template("<b>{{a}}</b>{{absent}}.", {{"a", "<script>"}}),
            "<b>&lt;script&gt;</b>.");
}

TEST(FillTemplate, DoesNotReadAValueAsATemplate) {
  EXPECT_EQ(fill_template("{{a}}{{b}}", {{"a", "{{b}}"}, {"b", "x"}}), "{{b}}x");
}

TEST(FillTemplate, DropsSectionsWithoutAValue) {
  const std::string_view text = "1{{?a}}[{{a}}]{{/a}}2";
  EXPECT_EQ(fill_template(text, {{"a", "x"}}), "1[x]2");
  EXPECT_EQ(fill_template(text, {{"a", ""}}), "12");
  EXPECT_EQ(fill_template(text, {}), "12");
}

TEST(Page, KeepsItselfToItself) {
  const auto reply = html_page(200, "signed_out.html", {{"title", "<T>"}}, Site({}));
  EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(*reply.headers.find("content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
  const auto leading_on =
      html_page(200, "signed_out.html", {}, Site({}), "https://app.example.com");
  EXPECT_TRUE(leading_on.headers.find("content-security-policy")
                  ->ends_with("; form-action 'self' https://app.example.com"));
  EXPECT_EQ(*reply.headers.find("referrer-policy"), "no-referrer");
  EXPECT_EQ(*reply.headers.find("cross-origin-opener-policy"), "same-origin");
  EXPECT_NE(reply.body.find("&lt;T&gt;"), std::string::npos);
  EXPECT_NE(reply.body.find("<html lang=\"en\">"), std::string::npos);
  EXPECT_EQ(reply.body.find("{{"), std::string::npos);
}

TEST(Page, LeadsToWhereAProxyHasPutUs) {
  const auto reply =
      html_page(200, "signed_out.html", {}, Site({.public_url = "http://a/__clerk"}));
  EXPECT_NE(reply.body.find("/__clerk/tenens/page.css"), std::string::npos);
}

TEST(ErrorPage, HasTheStatusOfItsFailureAndAdvice) {
  const auto reply = error_page({Code::ticket_used, {}, {}}, Site({}), "trace1");
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("This link has already been used"), std::string::npos);
  EXPECT_NE(reply.body.find("trace1"), std::string::npos);
  EXPECT_EQ(error_page({Code::ticket_subject_gone, {}, {}}, Site({}), "t").status, 404);
  EXPECT_EQ(error_page({Code::impersonating_already, {}, {}}, Site({}), "t").status, 409);
  EXPECT_EQ(error_page({Code::internal, {}, {}}, Site({}), "t").status, 500);
}

TEST(WebFiles, AreInTheBinary) {
  for (const auto* name : {"layout.html", "accept.html", "session.html", "signed_out.html",
                           "error.html", "page.css", "page.js"}) {
    EXPECT_FALSE(web_file(name).empty()) << name;
  }
  EXPECT_TRUE(web_file("../CMakeLists.txt").empty());
}

TEST(WebFiles, HaveNothingInlineThatThePolicyWouldRefuse) {
  for (const auto* name :
       {"layout.html", "accept.html", "session.html", "signed_out.html", "error.html"}) {
    const auto file = web_file(name);
    for (const auto* banned : {"<style", "style=", "onclick", "onload", "javascript:", "http:"}) {
      EXPECT_EQ(file.find(banned), std::string_view::npos) << name << " " << banned;
    }
  }
}

TEST(Texts, AreForPeople) {
  EXPECT_EQ(to_utc_text(from_unix_ms(1'795'464'186'000)), "23 Nov 2026, 20:03:06 UTC");
  EXPECT_EQ(to_duration_text(seconds(-5)), "0 seconds");
  EXPECT_EQ(to_duration_text(seconds(1)), "1 second");
  EXPECT_EQ(to_duration_text(seconds(60)), "1 minute");
  EXPECT_EQ(to_duration_text(seconds(90)), "90 seconds");
  EXPECT_EQ(to_duration_text(seconds(1799)), "30 minutes");
  EXPECT_EQ(to_duration_text(seconds(3600)), "1 hour");
  EXPECT_EQ(to_duration_text(seconds(7500)), "2 hours 5 minutes");
  EXPECT_EQ(to_duration_text(std::chrono::days(7)), "7 days");
  EXPECT_EQ(to_duration_text(std::chrono::days(30) - seconds(20)), "30 days");
  EXPECT_EQ(to_duration_text(std::chrono::hours(50)), "2 days 2 hours");
}

TEST(Texts, ShowJsonIndented) {
  const auto value = clerk_backend_api::parse_json(R"({"a":{"b":[1,"x"],"c":{}},"d":[]})");
  EXPECT_EQ(to_indented_json(*value),
            "{\n  \"a\": {\n    \"b\": [\n      1,\n      \"x\"\n    ],\n    \"c\": {}\n  },\n"
            "  \"d\": []\n}");
}

}  // namespace
}  // namespace tenens::http
