#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "support/fakes.hpp"

namespace tenens {
namespace {

TEST(Ids, HaveThePrefixAndTheLengthOfClerks) {
  FakeClock clock;
  SeededRandom random;
  IdMint ids(clock, random);
  const auto id = ids.make<ActorTokenId>();
  EXPECT_TRUE(id.text.starts_with("act_"));
  EXPECT_EQ(id.text.size(), 4 + kIdBodyLength);
  EXPECT_TRUE(std::all_of(id.text.begin() + 4, id.text.end(),
                          [](unsigned char c) { return std::isalnum(c) != 0; }));
}

TEST(Ids, RiseEvenWhileTheClockStandsStillOrStepsBack) {
  FakeClock clock;
  SeededRandom random;
  IdMint ids(clock, random);
  auto last = ids.make<SessionId>();
  for (int i = 0; i < 1000; ++i) {
    if (i == 500) clock.advance(-std::chrono::hours(1));
    auto next = ids.make<SessionId>();
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(Ids, BoundAScanByTheTimeOfBirth) {
  FakeClock clock;
  SeededRandom random;
  IdMint ids(clock, random);
  const auto before = ids.make<UserId>();
  clock.advance(milliseconds(5));
  const auto boundary = first_id_at<kind::User>(clock.now());
  const auto after = ids.make<UserId>();
  EXPECT_LT(before, boundary);
  EXPECT_LE(boundary, after);
}

TEST(Ids, AreDistinctAcrossThreads) {
  FakeClock clock;
  SeededRandom random;
  IdMint ids(clock, random);
  std::vector<std::vector<UserId>> made(8);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) mine.push_back(ids.make<UserId>());
      });
    }
  }
  std::set<UserId> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 8U * 500U);
}

}  // namespace
}  // namespace tenens
