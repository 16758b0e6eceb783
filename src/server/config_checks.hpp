// How the texts of flags become numbers.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace tenens::server {

/// `90`, `90s`, `10m`, `24h`, `30d`; seconds come out.
inline CLI::Validator duration_check() {
  const std::map<std::string, std::int64_t> units{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  return CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_SENSITIVE, "DURATION");
}

/// Where a duration may be `off`; goes before `duration_check`.
inline CLI::Validator off_is_zero() {
  return {[](std::string& text) {
            if (text == "off") text = "0";
            return std::string();
          },
          ""};
}

}  // namespace tenens::server
