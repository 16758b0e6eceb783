#include "base/utf8.hpp"

#include <boost/locale/utf.hpp>

namespace tenens {

Utf8Character first_character(std::string_view text) {
  namespace utf = boost::locale::utf;
  const auto* at = text.begin();
  const auto code = utf::utf_traits<char>::decode(at, text.end());
  if (code == utf::illegal || code == utf::incomplete) return {};
  return {static_cast<char32_t>(code), static_cast<std::size_t>(at - text.begin())};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = first_character(text);
    if (character.bytes == 0) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

}  // namespace tenens
