#include "sdk/timing.hpp"

#include <condition_variable>
#include <mutex>
#include <random>

namespace clerk_backend_api::detail {

SteadyTime SystemTiming::now() const {
  return std::chrono::steady_clock::now();
}

std::chrono::system_clock::time_point SystemTiming::wall_clock() const {
  return std::chrono::system_clock::now();
}

double SystemTiming::jitter() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

bool SystemTiming::wait(milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never_notified;
  std::unique_lock lock(mutex);
  never_notified.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace clerk_backend_api::detail
