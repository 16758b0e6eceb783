#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace tenens {
namespace {

TEST(Utf8, IsWhatHasOneWayToBeWritten) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\u00e9\u20ac\U0001f600\U0010ffff"));
  for (const auto* text : {"\xff", "\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\x80", "\xc3", "a\xe2\x82", "\xe2\x28\xa1"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
    EXPECT_FALSE(is_utf8(text + std::string("a"))) << text;
  }
}

TEST(Utf8, CharactersComeOneByOne) {
  const auto euro = first_character("\u20acx");
  EXPECT_EQ(euro.code, U'\u20ac');
  EXPECT_EQ(euro.bytes, 3U);
  EXPECT_EQ(first_character(std::string_view("\0a", 2)).bytes, 1U);
  EXPECT_EQ(first_character("\xe2\x82").bytes, 0U);
}

}  // namespace
}  // namespace tenens
