// How a thread in the background waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace tenens::server {

/// Waits for so long; false, and at once, when the thread shall stop.
[[nodiscard]] inline bool pause(const std::stop_token& stop, std::chrono::nanoseconds time) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  return !woken.wait_for(lock, stop, time, [&] { return stop.stop_requested(); });
}

}  // namespace tenens::server
