#include "base/duration.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace tenens {
namespace {

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<Unit, 4> kUnits{{{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  bool bare = true;  // a number without a unit counts seconds, but only alone
  while (!text.empty()) {
    std::uint32_t number = 0;  // unsigned: from_chars then takes no sign
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) number = std::numeric_limits<std::uint32_t>::max();
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));

    std::int64_t unit = 1;
    if (!text.empty()) {
      while (next_unit < kUnits.size() && kUnits[next_unit].letter != text.front()) ++next_unit;
      if (next_unit == kUnits.size()) return std::nullopt;
      unit = kUnits[next_unit++].seconds;
      text.remove_prefix(1);
      bare = false;
    } else if (!bare) {
      return std::nullopt;
    }
    total += number * unit;
  }
  if (total <= 0) return std::nullopt;
  return std::chrono::seconds(total);
}

std::string duration_text(std::chrono::seconds duration) {
  std::string text;
  auto left = duration.count();
  for (const auto& unit : kUnits) {
    if (left >= unit.seconds) text += std::to_string(left / unit.seconds) + unit.letter;
    left %= unit.seconds;
  }
  return text;
}

}  // namespace tenens
