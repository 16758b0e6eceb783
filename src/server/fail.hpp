// How tenensd says that it cannot do what was asked.
#pragma once

#include <cerrno>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>

namespace tenens::server {

/// Writes to stderr; the process's exit status for it.
[[nodiscard]] inline int fail(std::string_view why, std::string_view hint = {}) {
  std::cerr << "tenensd: error: " << why << '\n';
  if (!hint.empty()) std::cerr << "hint: " << hint << '\n';
  return 1;
}

/// What the system said of the last call.
[[nodiscard]] inline std::string why_not() {
  return std::generic_category().message(errno);
}

}  // namespace tenens::server
