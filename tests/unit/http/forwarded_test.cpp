#include "http/forwarded.hpp"

#include <gtest/gtest.h>

namespace tenens::http::test {
namespace {

std::string seen(const std::string& peer, Headers headers,
                 const std::vector<std::string>& trusted = {"10.0.0.1", "10.0.0.2"}) {
  Request request;
  request.headers = std::move(headers);
  request.address = peer;
  return client_address(request, trusted);
}

TEST(Forwarded, IsNotBelievedFromAnybody) {
  EXPECT_EQ(seen("192.0.2.1", {{"X-Forwarded-For", "198.51.100.9"}}), "192.0.2.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9"}}, {}), "10.0.0.1");
}

TEST(Forwarded, IsTheRightmostThatIsNoProxy) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9"}}), "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 198.51.100.9, 10.0.0.2"}}),
            "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "198.51.100.9"}}),
            "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "2001:db8::1"}}), "2001:db8::1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9:51234"}}), "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:51234"}}), "2001:db8::1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]"}}), "2001:db8::1");
  for (const auto* none : {"[2001:db8::1]x", "[2001:db8::1", "198.51.100.9:1:2", ":1"}) {
    EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", none}}), "10.0.0.1") << none;
  }
}

TEST(Forwarded, AnAddressIsTheSameHoweverItIsSpelled) {
  EXPECT_EQ(parse_ip_address("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(parse_ip_address("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(parse_ip_address("::FFFF:c000:201"), "192.0.2.1");
  EXPECT_EQ(parse_ip_address("2001:DB8:0:0::1"), "2001:db8::1");
  for (const auto* text : {"", "localhost", "192.0.2", "192.0.2.1:80", "[::1]", "fe80::1%eth0"}) {
    EXPECT_EQ(parse_ip_address(text), std::nullopt) << text;
  }
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9, ::ffff:10.0.0.2"}}),
            "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "::ffff:198.51.100.9"}}), "198.51.100.9");
}

TEST(Forwarded, StopsAtWhatIsNoAddress) {
  EXPECT_EQ(seen("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "unknown"}}), "10.0.0.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, , 10.0.0.2"}}), "10.0.0.2");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", ",,,"}}), "10.0.0.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "10.0.0.2"}}), "10.0.0.2");
}

}  // namespace
}  // namespace tenens::http::test
