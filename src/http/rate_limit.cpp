#include "http/rate_limit.hpp"

#include <arpa/inet.h>

#include <array>

namespace tenens::http {

std::optional<seconds> RateLimit::charge(std::string_view name, Steady now) {
  if (requests_ == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (now >= window_end_) {
    window_end_ = now + kWindow;
    counts_.clear();
    strangers_ = 0;
  }
  auto found = counts_.find(name);
  if (found == counts_.end() && counts_.size() < kMostNames) {
    found = counts_.emplace(name, 0).first;
  }
  auto& count = found == counts_.end() ? strangers_ : found->second;
  if (count < requests_) {
    ++count;
    return std::nullopt;
  }
  return std::chrono::ceil<seconds>(window_end_ - now);
}

std::string to_rate_limited(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  constexpr std::size_t kNetwork = 8;
  return {bytes.begin(), bytes.begin() + kNetwork};
}

}  // namespace tenens::http
