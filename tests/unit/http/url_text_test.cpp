#include "http/url_text.hpp"

#include <gtest/gtest.h>

#include "base/percent_encode.hpp"
#include "http/limits.hpp"

namespace tenens::http {
namespace {

TEST(PercentEncoding, ComesBackAsItWas) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\u00e9\u20ac\U0001f600";
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
}

TEST(PercentEncoding, RefusesWhatIsCutOffOrNoHexadecimal) {
  for (const auto* text : {"%", "%4", "a%", "%zz", "%4g", "%%41"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(percent_decode("%2f%2F+"), "//+");
}

TEST(PercentEncoding, RefusesWhatIsNoUtf8) {
  for (const auto* text : {"%ff", "%c0%80", "a%e2%82", "\xff"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
  EXPECT_FALSE(parse_params("a=%ff"));
  EXPECT_FALSE(parse_params("%ff=a"));
}

TEST(ParseParams, KeepsOrderRepetitionsAndEmptyValues) {
  const auto params = parse_params("b=2&a=1&b=3&empty=&bare&&space=a+b%2B");
  ASSERT_TRUE(params);
  EXPECT_EQ(params->size(), 6U);
  EXPECT_EQ(params->all("b"), (std::vector<std::string>{"2", "3"}));
  EXPECT_EQ(*params->find("empty"), "");
  EXPECT_EQ(*params->find("bare"), "");
  EXPECT_EQ(*params->find("space"), "a b+");
  EXPECT_EQ(params->find("absent"), nullptr);
}

TEST(ParseParams, RefusesBadEncodingAndTooMany) {
  EXPECT_FALSE(parse_params("a=%"));
  EXPECT_FALSE(parse_params("%zz=1"));
  std::string most = "a=1";
  for (std::size_t i = 1; i < kMaxParams; ++i) most += "&a=1";
  EXPECT_TRUE(parse_params(most));
  EXPECT_FALSE(parse_params(most + "&a=1"));
}

TEST(ParseTarget, SplitsPathAndQuery) {
  const auto target = parse_target("/v1/a%2Fb?x=1&y=%20");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/v1/a%2Fb");
  EXPECT_EQ(*target->query.find("y"), " ");
}

TEST(ParseTarget, TakesTheWholeUrlThatAProxySends) {
  EXPECT_EQ(parse_target("http://other.example/v1/jwks?a=1")->path, "/v1/jwks");
  EXPECT_EQ(parse_target("HTTPS://other.example")->path, "/");
}

TEST(ParseTarget, RefusesFragmentsAndBadQueries) {
  EXPECT_FALSE(parse_target(""));
  EXPECT_FALSE(parse_target("/a#b"));
  EXPECT_FALSE(parse_target("/a?b=%"));
}

}  // namespace
}  // namespace tenens::http
