// RFC 3986 section 2.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.hpp"

namespace tenens {

[[nodiscard]] constexpr bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// Encodes everything that is not unreserved: what comes out needs no encoding anywhere in a URL.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace tenens
