// Who is let in when more comes than can be done.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace tenens::http {

/// Keeps the time that admitted requests spend here near a target, by turning the rest away at
/// once.
///
/// How many may be under way follows from how many get done (Little's law: number = rate × time).
/// The rate is measured while there is always something to do, or somebody was turned away: many
/// may end at once, and nothing is under way until the next are let in. A lull says nothing about
/// it but that as much as was done can be done. For one thread.
class Admission {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `always` may be under way however slow they are, and no more than `most` however fast.
  Admission(std::chrono::milliseconds target, std::size_t always, std::size_t most)
      : target_(target), always_(always), most_(most) {}

  /// True: the request may begin, and `end` will be called for it.
  [[nodiscard]] bool begin(Time now);
  void end(Time now);

 private:
  [[nodiscard]] std::size_t limit() const;
  void measure(Time now);

  const std::chrono::duration<double> target_;
  const std::size_t always_;
  const std::size_t most_;
  std::size_t under_way_ = 0;
  std::size_t done_ = 0;  // since `since_`
  bool busy_ = false;     // all the time since `since_`
  bool refused_ = false;  // somebody, since then
  Time since_ = {};
  std::optional<double> rate_ = {};  // a second
};

}  // namespace tenens::http
