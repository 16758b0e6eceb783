#include "cli/moment.hpp"

#include <array>
#include <ctime>

namespace tenens::cli {
namespace {

constexpr std::array kForms = {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"};

}  // namespace

std::optional<std::int64_t> parse_moment(std::string text) {
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  if (text.ends_with('Z')) text.pop_back();
  for (const auto* form : kForms) {
    std::tm parts{};
    const char* const end = ::strptime(text.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') continue;
    const auto day = parts.tm_mday;
    const auto moment = ::timegm(&parts);  // takes the 30th of February for the 2nd of March
    if (moment < 0 || parts.tm_mday != day) return std::nullopt;
    return std::int64_t{moment} * 1000;
  }
  return std::nullopt;
}

}  // namespace tenens::cli
