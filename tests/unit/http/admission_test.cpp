#include "http/admission.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace tenens::http::test {
namespace {

using namespace std::chrono_literals;

/// A server that gets `rate` requests a second done, in order, on a clock of its own.
class Server {
 public:
  struct Seen {
    int offered = 0;
    int admitted = 0;
    std::chrono::milliseconds longest{0};
  };

  Seen offer(double a_second, double rate, std::chrono::milliseconds during) {
    Seen seen;
    for (const auto end = now_ + during; now_ < end; now_ += 1ms) {
      for (due_ += a_second / 1000; due_ >= 1; --due_) {
        ++seen.offered;
        if (!admission_.begin(now_)) continue;
        ++seen.admitted;
        queue_.push_back(now_);
      }
      for (able_ += rate / 1000; able_ >= 1; --able_) {
        if (queue_.empty()) continue;
        seen.longest =
            std::max(seen.longest,
                     std::chrono::duration_cast<std::chrono::milliseconds>(now_ - queue_.front()));
        queue_.pop_front();
        admission_.end(now_);
      }
    }
    return seen;
  }

 private:
  Admission admission_{100ms, 32, 1024};
  Admission::Time now_{1h};
  std::deque<Admission::Time> queue_;
  double due_ = 0;
  double able_ = 0;
};

TEST(Admission, TurnsNobodyAwayBelowCapacity) {
  Server server;
  const auto seen = server.offer(900, 1000, 10s);
  EXPECT_EQ(seen.admitted, seen.offered);
}

TEST(Admission, KeepsItsTargetAtTenTimesTheCapacity) {
  Server server;
  EXPECT_LE(server.offer(20'000, 2000, 1s).longest, 250ms) << "before anything is known";
  const auto seen = server.offer(20'000, 2000, 10s);
  EXPECT_GE(seen.admitted, 19'000);
  EXPECT_LE(seen.longest, 150ms);
}

TEST(Admission, LearnsTheRateOfThoseWhoEndTogether) {
  Admission admission{100ms, 32, 1024};
  Admission::Time now{1h};
  int refused = 0;
  int under_way = 0;
  for (int turn = 0; turn < 200; ++turn, now += 25ms) {
    for (; under_way > 0; --under_way) admission.end(now);
    if (turn == 100) refused = 0;
    for (int i = 0; i < 700; ++i) ++(admission.begin(now) ? under_way : refused);
  }
  EXPECT_EQ(refused, 0)
      << "in the second half; 28,000 a second are done in a quarter of the target";
}

TEST(Admission, HasNoMoreUnderWayThanItMayHoweverFastTheyAre) {
  Admission admission{100ms, 32, 512};
  Admission::Time now{1h};
  std::size_t most = 0;
  for (int turn = 0; turn < 100; ++turn, now += 10ms) {
    std::size_t under_way = 0;
    while (admission.begin(now)) ++under_way;
    most = std::max(most, under_way);
    for (; under_way > 0; --under_way) admission.end(now);
  }
  EXPECT_EQ(most, 512);
}

TEST(Admission, FollowsACapacityThatChanges) {
  Server server;
  (void)server.offer(20'000, 2000, 2s);
  (void)server.offer(20'000, 8000, 2s);
  EXPECT_GE(server.offer(20'000, 8000, 5s).admitted, 38'000);
  (void)server.offer(20'000, 1000, 2s);
  const auto slow = server.offer(20'000, 1000, 5s);
  EXPECT_GE(slow.admitted, 4800);
  EXPECT_LE(slow.longest, 150ms);
}

TEST(Admission, ForgetsNothingInALullAndIsNormalAtOnceAfterwards) {
  Server server;
  (void)server.offer(20'000, 2000, 2s);
  (void)server.offer(0, 2000, 10s);
  const auto seen = server.offer(1500, 2000, 5s);
  EXPECT_EQ(seen.admitted, seen.offered);
}

TEST(Admission, DoesNotTakeAStallForTheRateOfAServerThatIsFast) {
  Admission admission{100ms, 32, 1024};
  Admission::Time now{1h};
  const auto begin = [&](int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(admission.begin(now)) << i;
  };
  const auto end = [&](int count) {
    for (int i = 0; i < count; ++i) admission.end(now);
  };
  // 32,000 a second, and nothing under way in between.
  for (int turn = 0; turn < 500; ++turn) {
    begin(64);
    now += 2ms;
    end(64);
  }
  // The disk stops, and everybody is under way from the beginning of a measurement on.
  begin(64);
  now += 100ms;
  end(1);
  now += 300ms;
  end(1);
  begin(2);
}

TEST(Admission, AlwaysLetsSomeInHoweverSlowTheyAre) {
  Server server;
  (void)server.offer(1000, 10, 30s);
  EXPECT_GE(server.offer(1000, 10, 5s).admitted, 48);
}

}  // namespace
}  // namespace tenens::http::test
