// RFC 4648 section 5, without padding, and nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenens {

[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// Strict: no padding, no white space, no other alphabet, no stray bits in the last character. Two
/// texts never decode to the same bytes.
[[nodiscard]] std::optional<std::string> parse_base64url(std::string_view text);

/// RFC 4648 section 4 with padding; publishable keys are written in it.
[[nodiscard]] std::string to_base64(std::string_view bytes);

}  // namespace tenens
