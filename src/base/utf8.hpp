// UTF-8, strictly: no overlong forms, no surrogates, nothing cut off.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenens {

struct Utf8Character {
  char32_t code = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

/// The first character of a text that is not empty.
[[nodiscard]] Utf8Character first_character(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace tenens
