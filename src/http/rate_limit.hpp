// So many requests in ten seconds, and then 429.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace tenens::http {

/// Counts in windows of fixed length, as Clerk does. Thread-safe. Its memory is bounded: beyond
/// `kMostNames` in one window, names that are new share one count.
class RateLimit {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  static constexpr seconds kWindow{10};
  static constexpr std::size_t kMostNames = 50'000;

  /// 0: no limit.
  explicit RateLimit(std::size_t requests) : requests_(requests) {}

  /// Counts one request. If it is one too many: how long to wait, at least a second.
  [[nodiscard]] std::optional<seconds> charge(std::string_view name) {
    if (requests_ == 0) return std::nullopt;
    return charge(name, std::chrono::steady_clock::now());
  }
  [[nodiscard]] std::optional<seconds> charge(std::string_view name, Steady now);

 private:
  const std::size_t requests_;
  std::mutex mutex_;
  Steady window_end_;
  std::map<std::string, std::size_t, std::less<>> counts_;
  std::size_t strangers_ = 0;
};

/// What of an address counts as one: whoever has an IPv6 address has 2^64 of them.
[[nodiscard]] std::string to_rate_limited(const std::string& address);

}  // namespace tenens::http
