// How tenensd says that it cannot do what was asked.
#pragma once

#include <iostream>
#include <string_view>

namespace tenens::server {

/// Writes to stderr; the process's exit status for it.
[[nodiscard]] inline int fail(std::string_view why, std::string_view hint = {}) {
  std::cerr << "tenensd: error: " << why << '\n';
  if (!hint.empty()) std::cerr << "hint: " << hint << '\n';
  return 1;
}

}  // namespace tenens::server
