// Time and chance of the retry loop, from outside, so that tests do not sleep.
#pragma once

#include <chrono>
#include <stop_token>

#include "sdk/retry.hpp"

namespace clerk_backend_api::detail {

class Timing {
 public:
  virtual ~Timing() = default;
  [[nodiscard]] virtual SteadyTime now() const = 0;
  [[nodiscard]] virtual std::chrono::system_clock::time_point wall_clock() const = 0;
  /// In [0, 1).
  [[nodiscard]] virtual double jitter() = 0;
  /// False if the stop token ended the wait.
  [[nodiscard]] virtual bool wait(milliseconds duration, const std::stop_token& stop) = 0;
};

/// Thread-safe.
class SystemTiming final : public Timing {
 public:
  [[nodiscard]] SteadyTime now() const override;
  [[nodiscard]] std::chrono::system_clock::time_point wall_clock() const override;
  [[nodiscard]] double jitter() override;
  [[nodiscard]] bool wait(milliseconds duration, const std::stop_token& stop) override;
};

}  // namespace clerk_backend_api::detail
