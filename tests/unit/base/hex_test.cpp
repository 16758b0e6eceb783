#include "base/hex.hpp"

#include <gtest/gtest.h>

namespace tenens {
namespace {

TEST(Hex, ComesBackAsItWas) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(parse_hex(to_hex(all)), all);
  EXPECT_EQ(to_hex(std::string_view("\0\x7f\xff", 3)), "007fff");
  EXPECT_EQ(parse_hex("aAfF"), "\xaa\xff");
  EXPECT_EQ(parse_hex(""), "");
}

TEST(Hex, IsDigitsInPairs) {
  for (const auto* text : {"a", "abc", "0g", "g0", " 0", "0x00", "-1"}) {
    EXPECT_EQ(parse_hex(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tenens
