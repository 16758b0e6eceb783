// What was found in a database, told to people and to programs.
#pragma once

#include <vector>

#include "store/examination.hpp"

namespace tenens::server {

/// A line each, or with `json` one object, on stdout. Returns the exit status: 1 if something is
/// wrong.
[[nodiscard]] int print_findings(std::vector<store::Finding> findings, bool json);

}  // namespace tenens::server
