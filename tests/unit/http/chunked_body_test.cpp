#include "http/chunked_body.hpp"

#include <gtest/gtest.h>

namespace tenens::http {
namespace {

using State = ChunkedBody::State;

struct Read {
  State state;
  std::string body;
  std::string rest;
};

/// Given at once, and given byte by byte as a connection may: both must come to the same.
Read read(std::string_view text, std::size_t most = 10) {
  ChunkedBody whole(most);
  const auto used = whole.feed(text);

  ChunkedBody piecewise(most);
  std::string pending;
  for (const char c : text) {
    if (piecewise.state() != State::incomplete) break;
    pending += c;
    pending.erase(0, piecewise.feed(pending));
  }
  EXPECT_EQ(piecewise.state(), whole.state()) << text;
  auto body = whole.take();
  EXPECT_EQ(piecewise.take(), body) << text;
  return {whole.state(), std::move(body), std::string(text.substr(used))};
}

State state_of(std::string_view text) {
  return read(text).state;
}

TEST(ChunkedBody, IsWhatItsChunksHold) {
  const auto [state, body, rest] = read("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET /");
  EXPECT_EQ(state, State::whole);
  EXPECT_EQ(body, "abcde");
  EXPECT_EQ(rest, "GET /");
}

TEST(ChunkedBody, MayHaveExtensionsAndTrailersThatNobodyReads) {
  EXPECT_EQ(read("3;a=b;c\r\nabc\r\n0;last\r\nX-A: b\r\nX-C:\r\n\r\n").body, "abc");
  EXPECT_EQ(state_of("3;a=b\r\nabc\r\n0\r\nX-A: b\r\n\r\n"), State::whole);
}

TEST(ChunkedBody, RefusesWhatOthersMayEndElsewhere) {
  for (const std::string_view text :
       {"3;a=\"\r\nabc\r\n0\r\n\r\n", "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n", "3;\n\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n", "\r\n0\r\n\r\n",
        "+3\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n", "3\r\nabc\r\n0\r\nX-A: b\r\n folded\r\n\r\n",
        "3\r\nabc\r\n0\r\nno colon\r\n\r\n"}) {
    EXPECT_EQ(state_of(text), State::malformed) << text;
  }
}

TEST(ChunkedBody, IsNoLongerThanItMayBe) {
  EXPECT_EQ(state_of("a\r\n0123456789\r\n0\r\n\r\n"), State::whole);
  EXPECT_EQ(state_of("b\r\n"), State::too_large);
  EXPECT_EQ(state_of("9\r\n012345678\r\n2\r\n"), State::too_large);
  EXPECT_EQ(state_of("ffffffffffffffff\r\n"), State::too_large);
  EXPECT_EQ(state_of("10000000000000002\r\n"), State::too_large);
}

TEST(ChunkedBody, WaitsForTheRestAndNotForEver) {
  for (const std::string_view text :
       {"", "3", "3\r", "3\r\n", "3\r\nab", "3\r\nabc", "3\r\nabc\r\n", "3\r\nabc\r\n0\r\n",
        "3\r\nabc\r\n0\r\nX-A: b\r\n"}) {
    EXPECT_EQ(state_of(text), State::incomplete) << text;
  }
  EXPECT_EQ(state_of("3;" + std::string(2000, 'a')), State::malformed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100; ++i) trailers += "X-A: b\r\n";
  EXPECT_EQ(state_of(trailers), State::malformed);
}

}  // namespace
}  // namespace tenens::http
