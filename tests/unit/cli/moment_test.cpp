#include "cli/moment.hpp"

#include <gtest/gtest.h>

namespace tenens::cli {
namespace {

TEST(CliMoment, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_moment("2026-05-12"), 1'778'544'000'000);
  EXPECT_EQ(parse_moment("2026-05-12 10:11"), 1'778'580'660'000);
  EXPECT_EQ(parse_moment("2026-05-12T10:11:12Z"), 1'778'580'672'000);
  EXPECT_EQ(parse_moment("2024-02-29Z"), 1'709'164'800'000);
}

TEST(CliMoment, WhatIsNoneIsRefused) {
  for (const auto* text : {"", "yesterday", "2026", "2026-13-01", "2026-02-30", "2026-05-12 25:00",
                           "2026-05-12 10:11:12+02:00", "2026-05-12x", "1969-01-01"}) {
    EXPECT_FALSE(parse_moment(text)) << text;
  }
}

}  // namespace
}  // namespace tenens::cli
