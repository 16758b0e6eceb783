#include "base/text_builder.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace tenens {
namespace {

TEST(TextBuilder, GrowsAsFarAsItHasTo) {
  TextBuilder builder(1);
  std::string expected;
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string part(size, static_cast<char>('a' + size % 26));
    builder.append(part);
    expected += part;
    ASSERT_EQ(builder.view(), expected);
  }
  EXPECT_EQ(builder.take(), expected);
}

TEST(TextBuilder, MayUseLessThanTheRoomItAskedFor) {
  TextBuilder builder;
  builder.ended(put(put(builder.room(100), "one"), "two"));
  EXPECT_EQ(builder.view(), "onetwo");
}

TEST(TextBuilder, BeginsAnewWhenItIsClearedOrTaken) {
  TextBuilder builder(4);
  builder.append("first");
  builder.clear();
  EXPECT_EQ(builder.view(), "");
  builder.append("second");
  EXPECT_EQ(builder.take(), "second");
  EXPECT_EQ(builder.view(), "");
  builder.append("third");
  EXPECT_EQ(builder.take(), "third");
}

TEST(TextBuilder, HasRoomForEveryNumber) {
  TextBuilder builder;
  const auto put_one = [&](auto number) {
    builder.ended(put_number(builder.room(kLongestNumber), number));
    return builder.take();
  };
  EXPECT_EQ(put_one(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(put_one(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(put_one(-std::numeric_limits<double>::denorm_min()), "-5e-324");
  EXPECT_EQ(put_one(-std::numeric_limits<double>::max()), "-1.7976931348623157e+308");
}

}  // namespace
}  // namespace tenens
