#include "base/base64url.hpp"

#include <array>
#include <cstdint>

namespace tenens {
namespace {

constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kNoLetter = 64;  // a bit more than any letter's value has

constexpr std::array<std::uint8_t, 256> make_reverse() {
  std::array<std::uint8_t, 256> reverse{};
  reverse.fill(kNoLetter);
  for (std::size_t i = 0; i < kUrlAlphabet.size(); ++i) {
    reverse[static_cast<std::uint8_t>(kUrlAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return reverse;
}
constexpr auto kReverse = make_reverse();

std::string encode(std::string_view bytes, std::string_view alphabet) {
  std::string text((bytes.size() * 4 + 2) / 3, '\0');
  char* out = text.data();
  const char* letters = alphabet.data();
  const auto byte = [in = bytes.data()](std::size_t at) {
    return std::uint32_t{static_cast<std::uint8_t>(in[at])};
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
  std::uint32_t seen = 0;
  const auto value = [&seen, in = text.data()](std::size_t at) {
    const std::uint32_t found = kReverse[static_cast<std::uint8_t>(in[at])];
    seen |= found;
    return found;
  };
  std::size_t at = 0;
  for (; at + 4 <= text.size(); at += 4) {
    const auto bits = value(at) << 18 | value(at + 1) << 12 | value(at + 2) << 6 | value(at + 3);
    for (const unsigned shift : {16U, 8U, 0U}) *out++ = static_cast<char>(bits >> shift & 255U);
  }
  std::uint32_t stray = 0;
  if (const auto rest = text.size() - at; rest > 0) {
    const auto bits = value(at) << 12 | value(at + 1) << 6 | (rest == 3 ? value(at + 2) : 0U);
    *out++ = static_cast<char>(bits >> 10 & 255U);
    if (rest == 3) *out = static_cast<char>(bits >> 2 & 255U);
    stray = bits & (rest == 3 ? 0x3U : 0x3FFU);
  }
  if (seen >= kNoLetter || stray != 0) return std::nullopt;
  return bytes;
}

}  // namespace tenens
