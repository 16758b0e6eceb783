#include "base/base64url.hpp"

#include <array>
#include <cstdint>

namespace tenens {
namespace {

constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint32_t kNoLetter = 1U << 24U;  // above what four letters together have

/// What each letter adds to a group of four, by its place there.
constexpr std::array<std::array<std::uint32_t, 256>, 4> make_reverse() {
  std::array<std::array<std::uint32_t, 256>, 4> reverse{};
  for (unsigned place = 0; place < 4; ++place) {
    reverse[place].fill(kNoLetter);
    for (std::uint32_t value = 0; value < kUrlAlphabet.size(); ++value) {
      reverse[place][static_cast<std::uint8_t>(kUrlAlphabet[value])] = value << (18U - 6U * place);
    }
  }
  return reverse;
}
constexpr auto kReverse = make_reverse();

void encode(std::string& text, std::string_view bytes, std::string_view alphabet) {
  const auto before = text.size();
  text.resize(before + base64url_size(bytes.size()));
  char* out = text.data() + before;
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
  if (rest == 0) return;
  const auto bits = byte(at) << 16 | (rest == 2 ? byte(at + 1) << 8 : 0U);
  for (const unsigned shift : {18U, 12U, 6U}) {
    if (out != text.data() + text.size()) *out++ = letters[bits >> shift & 63U];
  }
}

}  // namespace

void append_base64url(std::string& text, std::string_view bytes) {
  encode(text, bytes, kUrlAlphabet);
}

std::string to_base64url(std::string_view bytes) {
  std::string text;
  append_base64url(text, bytes);
  return text;
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  encode(text, bytes, kAlphabet);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> parse_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes(text.size() * 3 / 4, '\0');
  char* out = bytes.data();
  const char* in = text.data();
  std::uint32_t seen = 0;
  const auto bits_of = [&seen, &in](unsigned letters) {
    std::uint32_t bits = 0;
    for (unsigned place = 0; place < letters; ++place) {
      bits |= kReverse[place][static_cast<std::uint8_t>(*in++)];
    }
    seen |= bits;
    return bits;
  };
  for (auto groups = text.size() / 4; groups > 0; --groups) {
    const auto bits = bits_of(4);
    for (const unsigned shift : {16U, 8U, 0U}) *out++ = static_cast<char>(bits >> shift & 255U);
  }
  std::uint32_t stray = 0;
  if (const auto rest = static_cast<unsigned>(text.size() % 4); rest > 0) {
    const auto bits = bits_of(rest);
    *out++ = static_cast<char>(bits >> 16U & 255U);
    if (rest == 3) *out = static_cast<char>(bits >> 8U & 255U);
    stray = bits & (rest == 3 ? 0xFFU : 0xFFFFU);
  }
  if (seen >= kNoLetter || stray != 0) return std::nullopt;
  return bytes;
}

}  // namespace tenens
