// NumericDate of RFC 7519 section 2.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <variant>

#include "clerk_backend_api/value.hpp"

namespace clerk_backend_api::detail {

/// Whole seconds, fractions cut off; nothing for what is not a number between 1970 and 9999. The
/// range keeps every sum of a claim and a skew far from overflow.
[[nodiscard]] inline std::optional<std::chrono::sys_seconds> parse_moment(const Value& value) {
  constexpr std::int64_t kEndOf9999 = 253'402'300'799;
  std::int64_t count = -1;
  if (const auto* integer = std::get_if<std::int64_t>(&value.storage())) {
    count = *integer;
  } else if (const auto* number = std::get_if<double>(&value.storage())) {
    // Compared as a double first: a conversion that does not fit is undefined.
    if (*number >= 0 && *number <= static_cast<double>(kEndOf9999)) {
      count = static_cast<std::int64_t>(std::floor(*number));
    }
  }
  if (count < 0 || count > kEndOf9999) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(count));
}

}  // namespace clerk_backend_api::detail
