// Moments as people write them, and as our tables show them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tenens::cli {

/// `2026-05-12`, `2026-05-12 10:11`, `2026-05-12T10:11:12Z`: UTC, with or without the Z. As Unix
/// time in milliseconds; nothing if it is not that.
[[nodiscard]] std::optional<std::int64_t> parse_moment(std::string text);

}  // namespace tenens::cli
