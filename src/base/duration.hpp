// Durations as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenens {

/// A hundred years: what is longer is a mistake, and need not be computed exactly.
inline constexpr std::chrono::seconds kLongestDuration{std::int64_t{100} * 366 * 86'400};

/// `90s`, `10m`, `1h30m`, `2d`, or `600` for seconds. Units from large to small, each once; more
/// than zero. Nothing if it is not that.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// `1h30m`: what parse_duration reads as `duration`, which is more than zero.
[[nodiscard]] std::string duration_text(std::chrono::seconds duration);

}  // namespace tenens
