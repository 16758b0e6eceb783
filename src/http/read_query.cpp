#include "http/read_query.hpp"

#include <algorithm>
#include <charconv>

#include "http/limits.hpp"

namespace tenens::http {
namespace {

/// A list is `name` again and again, or `name[]` from Ruby, or `name[0]` from PHP.
bool is_in_list(std::string_view given, std::string_view name) {
  if (!given.starts_with(name)) return false;
  given.remove_prefix(name.size());
  return given.empty() ||
         (given.starts_with('[') && given.find_first_not_of("0123456789", 1) == given.size() - 1 &&
          given.ends_with(']'));
}

}  // namespace

void QueryReader::fault(std::string_view name, std::string detail, Code code) {
  failures_.push_back({code, std::string(name), std::move(detail)});
}

/// Not every database can hold one.
void QueryReader::check(std::string_view name, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) fault(name, "must not have a zero character");
}

std::optional<std::string> QueryReader::text(std::string_view name) {
  known_.push_back(name);
  if (query_.count(name) > 1) {
    fault(name, "must be given once");
    return std::nullopt;
  }
  const auto* value = query_.find(name);
  if (value == nullptr || value->empty()) return std::nullopt;
  check(name, *value);
  return *value;
}

std::vector<std::string> QueryReader::texts(std::string_view name) {
  known_.push_back(name);
  std::vector<std::string> values;
  for (const auto& [given, value] : query_) {
    if (is_in_list(given, name)) values.push_back(value);
  }
  if (values.size() > kMaxValuesPerFilter) {
    fault(name, "must be given at most " + std::to_string(kMaxValuesPerFilter) + " times");
  }
  for (const auto& value : values) check(name, value);
  if (std::find(values.begin(), values.end(), "") != values.end()) fault(name, "must not be empty");
  return values;
}

bool QueryReader::has(std::string_view name) const {
  return std::any_of(query_.begin(), query_.end(),
                     [&](const auto& entry) { return is_in_list(entry.first, name); });
}

bool QueryReader::flag(std::string_view name) {
  const auto value = text(name);
  if (!value || *value == "false") return false;
  if (*value != "true") fault(name, "must be true or false");
  return true;
}

std::int64_t QueryReader::integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                  std::int64_t most) {
  const auto value = text(name);
  if (!value) return otherwise;
  std::int64_t number = 0;
  const auto* const end = value->data() + value->size();
  const auto [stopped, error] = std::from_chars(value->data(), end, number);
  if (error != std::errc() || stopped != end || number < least || number > most) {
    fault(name, "must be between " + std::to_string(least) + " and " + std::to_string(most));
    return otherwise;
  }
  return number;
}

std::optional<Instant> QueryReader::instant(std::string_view name) {
  constexpr std::int64_t kNone = -1;
  constexpr auto kMost = std::int64_t{253'402'300'800'000};  // the year 10000
  const auto number = integer(name, kNone, 0, kMost);
  if (number == kNone) return std::nullopt;
  return from_unix_ms(number);
}

bool QueryReader::is_known(std::string_view name) const {
  return std::find(known_.begin(), known_.end(), name) != known_.end();
}

void QueryReader::refuse_empty() {
  for (const auto& [name, value] : query_) {
    if (value.empty() && is_known(name)) fault(name, "must not be empty");
  }
}

void QueryReader::refuse_others() {
  refuse_empty();
  for (const auto& [name, value] : query_) {
    if (name.starts_with('_')) continue;  // Clerk's packages tell every request their version
    if (!is_known(name)) fault(name, {}, Code::param_unknown);
  }
}

Page QueryReader::page() {
  const auto limit = integer("limit", kDefaultPageLimit, 1, kMaxPageLimit);
  const auto offset = integer("offset", 0, 0, kMaxPageOffset);
  return {.limit = limit, .offset = offset};
}

}  // namespace tenens::http
