#include "base/duration.hpp"

#include <gtest/gtest.h>

namespace tenens {
namespace {

using namespace std::chrono_literals;

TEST(Duration, DurationsAreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("600"), 600s);
  EXPECT_EQ(parse_duration("2d"), 48h);
  EXPECT_EQ(parse_duration("1d2h3m4s"), 93784s);
}

TEST(Duration, DurationsAreWrittenAsTheyAreRead) {
  for (const auto* text : {"1s", "90m", "1h30m", "1d", "30d", "1d2h3m4s"}) {
    const auto duration = *parse_duration(text);
    EXPECT_EQ(parse_duration(duration_text(duration)), duration) << text;
  }
  EXPECT_EQ(duration_text(90min), "1h30m");
  EXPECT_EQ(duration_text(24h), "1d");
}

TEST(Duration, WhatIsTooLongIsOneAllTheSame) {
  EXPECT_EQ(parse_duration("36600d"), kLongestDuration);
  for (const auto* text : {"36601d", "5000000d", "99999999999", "4294967295d", "99999999999d9h"}) {
    EXPECT_GT(parse_duration(text).value_or(0s), kLongestDuration) << text;
  }
}

TEST(Duration, WhatIsAmbiguousIsRefused) {
  for (const auto* text : {"", "0", "0s", "-5", "+5", "-5m", "m", "10x", "10 m", " 10m", "10m ",
                           "30m1h", "10m10m", "1h30", "1.5h", "10M", "1e3"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace tenens
