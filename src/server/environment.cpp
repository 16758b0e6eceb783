#include "server/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace tenens::server {
namespace {

constexpr std::string_view kPrefix = "TENENS_";
constexpr std::size_t kSlips = 2;

/// How many letters have to be put in, left out or replaced to make one of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string env_name(std::string_view flag) {
  std::string name(kPrefix);
  for (const char c : flag.substr(2)) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

bool is_set(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value != nullptr && *value != '\0';
}

void warn_of_misspelt_variables(const CLI::App& app) {
  // The last two are the command line's own.
  std::vector<std::string> known{"TENENS_SECRET_KEY", "TENENS_ENCRYPTION_KEY", "TENENS_URL",
                                 "TENENS_CA_FILE"};
  for (const auto* option : app.get_options()) {
    if (!option->get_envname().empty()) known.push_back(option->get_envname());
  }
  for (const char* const* entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto name = text.substr(0, text.find('='));
    if (!name.starts_with(kPrefix) || std::find(known.begin(), known.end(), name) != known.end()) {
      continue;
    }
    const auto nearest = std::min_element(
        known.begin(), known.end(),
        [&](const auto& a, const auto& b) { return distance(name, a) < distance(name, b); });
    // Of a short name little is left after two slips.
    const auto slips = std::min(kSlips, (name.size() - kPrefix.size()) / 3);
    if (distance(name, *nearest) > slips) continue;
    std::cerr << "tenensd: warning: " << name << " is no setting, and not used; did you mean "
              << *nearest << "?\n";
  }
}

}  // namespace tenens::server
