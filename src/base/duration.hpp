// Durations as people write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace tenens {

/// `90s`, `10m`, `1h30m`, `2d`, or `600` for seconds. Units from large to small, each once; more
/// than zero and at most a hundred years. Nothing if it is not that.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace tenens
