#include "base/base64url.hpp"

#include <array>
#include <cstdint>

namespace tenens {
namespace {

constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_reverse() {
  std::array<std::int8_t, 256> reverse{};
  reverse.fill(-1);
  for (std::size_t i = 0; i < kUrlAlphabet.size(); ++i) {
    reverse[static_cast<std::uint8_t>(kUrlAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return reverse;
}
constexpr auto kReverse = make_reverse();

std::string encode(std::string_view bytes, std::string_view alphabet) {
  std::string text((bytes.size() * 4 + 2) / 3, '\0');
  char* out = text.data();
  const char* letters = alphabet.data();
  const auto byte = [&](std::size_t at) {
    return std::uint32_t{static_cast<std::uint8_t>(bytes[at])};
  };
  std::size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3) {
    const auto bits = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) *out++ = letters[bits >> shift & 63U];
  }
  const auto rest = bytes.size() - at;
  if (rest == 0) return text;
  const auto bits = byte(at) << 16 | (rest == 2 ? byte(at + 1) << 8 : 0U);
  for (const unsigned shift : {18U, 12U, 6U}) {
    if (out != text.data() + text.size()) *out++ = letters[bits >> shift & 63U];
  }
  return text;
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
  return encode(bytes, kUrlAlphabet);
}

std::string to_base64(std::string_view bytes) {
  auto text = encode(bytes, kAlphabet);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> parse_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes(text.size() * 3 / 4, '\0');
  char* out = bytes.data();
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto value = kReverse[static_cast<std::uint8_t>(c)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      *out++ = static_cast<char>(bits >> held & 255U);
    }
  }
  const auto stray = bits & ((1U << held) - 1U);
  if (stray != 0) return std::nullopt;
  return bytes;
}

}  // namespace tenens
