// Bytes as hexadecimal digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenens {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Both cases; two digits make a byte.
[[nodiscard]] std::optional<std::string> parse_hex(std::string_view digits);

}  // namespace tenens
