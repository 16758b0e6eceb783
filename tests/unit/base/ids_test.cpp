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

TEST(Ids, AreTheirTwentyBytesInBase62) {
  class Counting final : public Random {
    void fill(std::span<std::byte> bytes) override {
      for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(0xF1 + i);
    }
  };
  FakeClock clock;
  Counting random;
  IdMint ids(clock, random);
  std::array<unsigned, 20> bytes{};
  for (const char c : ids.make<UserId>().text.substr(5)) {
    unsigned carry = static_cast<unsigned>(c <= '9'   ? c - '0'
                                           : c <= 'Z' ? c - 'A' + 10
                                                      : c - 'a' + 36);
    for (std::size_t i = bytes.size(); i-- > 0; carry >>= 8) {
      carry += bytes[i] * 62;
      bytes[i] = carry & 0xFF;
    }
    ASSERT_EQ(carry, 0U);
  }
  const auto seconds = bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
  EXPECT_EQ(seconds, to_unix_seconds(clock.now()) - 1'400'000'000);
  for (unsigned i = 0; i < 12; ++i) EXPECT_EQ(bytes[8 + i], 0xF1 + i);
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
