// The script of <tenens-banner>, as pages of other origins get it.
#include <gtest/gtest.h>

#include "unit/http/browser.hpp"

namespace tenens::http {
namespace {

using test::header;
using test::World;

TEST(Banner, IsOneScriptThatEveryPageMayLoad) {
  World world;
  const auto reply = world.send("GET", "/v1/banner.js", {{"Origin", "https://stranger.example"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(header(reply, "cache-control"), "public, max-age=300");
  EXPECT_EQ(header(reply, "x-content-type-options"), "nosniff");
  EXPECT_EQ(header(reply, "access-control-allow-origin"), "*");
  EXPECT_EQ(header(reply, "access-control-allow-credentials"), "");
  EXPECT_EQ(header(reply, "cross-origin-resource-policy"), "cross-origin");
  EXPECT_EQ(header(reply, "set-cookie"), "");
  EXPECT_NE(reply.body.find("tenens-banner"), std::string::npos);
}

TEST(Banner, BringsItsStyleAndMakesNoHtmlOfText) {
  World world;
  const auto script = world.send("GET", "/v1/banner.js").body;
  EXPECT_EQ(script.find("{{"), std::string::npos);
  EXPECT_NE(script.find("prefers-color-scheme: dark"), std::string::npos);
  for (const auto* word : {"innerHTML", "outerHTML", "insertAdjacentHTML", "write(", "eval("}) {
    EXPECT_EQ(script.find(word), std::string::npos) << word;
  }
  // The style stands in a template literal: what ends or fills one would be code.
  const auto start = script.find("const STYLE = `") + 15;
  const auto style = script.substr(start, script.find("`;", start) - start);
  EXPECT_EQ(style.find_first_of("`\\$"), std::string::npos);
}

TEST(Banner, IsReadNotWritten) {
  World world;
  EXPECT_EQ(world.send("HEAD", "/v1/banner.js").status, 200);
  EXPECT_EQ(world.send("POST", "/v1/banner.js").status, 405);
}

}  // namespace
}  // namespace tenens::http
