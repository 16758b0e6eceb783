// A look through a text for bytes of a kind.
#pragma once

#include <string_view>

namespace tenens {

/// As std::any_of with the bytes of `text`, but looks at all of them, whatever it finds: so that a
/// compiler looks at many at once. It does where `is` has no branch (`|`, not `||`).
template <class Is>
[[nodiscard]] constexpr bool any_byte(std::string_view text, Is is) {
  unsigned char found = 0;
  for (const char c : text) found |= static_cast<unsigned char>(is(static_cast<unsigned char>(c)));
  return found != 0;
}

}  // namespace tenens
