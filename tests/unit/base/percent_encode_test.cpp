#include "base/percent_encode.hpp"

#include <gtest/gtest.h>

namespace tenens {
namespace {

TEST(PercentEncode, LeavesOnlyWhatNeedsItNowhere) {
  EXPECT_EQ(percent_encode("a b&c=d/\r\n~-._Z9"), "a%20b%26c%3Dd%2F%0D%0A~-._Z9");
  EXPECT_EQ(percent_encode("\u00e9"), "%C3%A9");
}

}  // namespace
}  // namespace tenens
