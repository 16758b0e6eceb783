// RFC 4648 section 5, without padding, and nothing else.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tenens {

/// How many letters so many bytes make.
[[nodiscard]] constexpr std::size_t base64url_size(std::size_t bytes) {
  return (bytes * 4 + 2) / 3;
}
[[nodiscard]] std::string to_base64url(std::string_view bytes);
void append_base64url(std::string& text, std::string_view bytes);

/// Strict: no padding, no white space, no other alphabet, no stray bits in the last character. Two
/// texts never decode to the same bytes.
[[nodiscard]] std::optional<std::string> parse_base64url(std::string_view text);

/// RFC 4648 section 4 with padding; publishable keys are written in it.
[[nodiscard]] std::string to_base64(std::string_view bytes);

}  // namespace tenens
