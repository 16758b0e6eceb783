// Durations that a caller may name, within an operator's bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.hpp"
#include "base/result.hpp"

namespace tenens {

/// `otherwise` where none was asked for. Compared as numbers before anything is added to them: a
/// huge value must not wrap around. Failures: param_invalid.
[[nodiscard]] inline Result<seconds> duration_within(const char* param,
                                                     std::optional<std::int64_t> asked,
                                                     seconds otherwise, seconds most) {
  if (!asked) return otherwise;
  if (*asked <= 0 || *asked > most.count()) {
    return refuse(Code::param_invalid, param,
                  "It must be at least 1 and at most " + std::to_string(most.count()) + ".");
  }
  return seconds(*asked);
}

}  // namespace tenens
