#include "base/ids.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace tenens {
namespace {

// KSUIDs count seconds from here; 32 bits last until 2150.
constexpr std::int64_t kKsuidEpochSeconds = 1'400'000'000;
constexpr std::size_t kBytes = 20;
using Bytes = std::array<std::uint8_t, kBytes>;

/// Seconds in the upper half, fraction of the second in the lower.
std::uint64_t tick_of(Instant at) {
  const auto ms = std::max<std::int64_t>(0, to_unix_ms(at) - kKsuidEpochSeconds * 1000);
  const auto second = static_cast<std::uint64_t>(ms / 1000);
  const auto fraction = static_cast<std::uint64_t>(ms % 1000) * ((std::uint64_t{1} << 32) / 1000);
  return second << 32 | fraction;
}

void put_tick(Bytes& bytes, std::uint64_t tick) {
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(tick >> (56 - 8 * i));
}

constexpr std::size_t kDigitsAtOnce = 5;
constexpr std::uint32_t kBaseOfThem = 62 * 62 * 62 * 62 * 62;  // the highest power in 32 bits

/// Long division over 32-bit words; the digits sort as the bytes do.
std::string base62(std::string_view prefix, const Bytes& bytes) {
  static constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::array<std::uint32_t, 5> words{};
  for (std::size_t i = 0; i < kBytes; ++i) words[i / 4] = words[i / 4] << 8 | bytes[i];

  std::string text(prefix.size() + kIdBodyLength, '0');
  std::copy(prefix.begin(), prefix.end(), text.begin());
  for (std::size_t end = text.size(); end > prefix.size();) {
    std::uint64_t remainder = 0;
    for (auto& word : words) {
      const std::uint64_t value = remainder << 32 | word;
      word = static_cast<std::uint32_t>(value / kBaseOfThem);
      remainder = value % kBaseOfThem;
    }
    auto digits = static_cast<std::uint32_t>(remainder);
    for (std::size_t i = 0; i < kDigitsAtOnce && end > prefix.size(); ++i, digits /= 62) {
      text[--end] = kDigits[digits % 62];
    }
  }
  return text;
}

}  // namespace

std::string IdMint::next(std::string_view prefix) {
  Bytes bytes;
  random_.fill(std::as_writable_bytes(std::span(bytes).subspan(8)));
  {
    const std::lock_guard lock(mutex_);
    // A clock that stands still or steps back must not undo the order.
    last_tick_ = std::max(last_tick_ + 1, tick_of(clock_.now()));
    put_tick(bytes, last_tick_);
  }
  return base62(prefix, bytes);
}

std::string first_id_text_at(std::string_view prefix, Instant at) {
  Bytes bytes{};
  put_tick(bytes, tick_of(at));
  return base62(prefix, bytes);
}

}  // namespace tenens
