#include "base/hex.hpp"

#include "base/ascii.hpp"

namespace tenens {

std::string to_hex(std::string_view bytes) {
  std::string digits(2 * bytes.size(), '\0');
  auto at = digits.begin();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = kHexDigits[byte >> 4];
    *at++ = kHexDigits[byte & 0xF];
  }
  return digits;
}

std::optional<std::string> parse_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = kHexDigits.find(to_lower(digits[i]));
    const auto low = kHexDigits.find(to_lower(digits[i + 1]));
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

}  // namespace tenens
