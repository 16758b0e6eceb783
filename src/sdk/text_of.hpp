// What a token and a JWK say, where nothing and another type are the same.
#pragma once

#include <string>
#include <string_view>

#include "clerk_backend_api/value.hpp"

namespace clerk_backend_api::detail {

/// Empty where the member is missing or no string.
[[nodiscard]] inline std::string_view text_of(const Object& object, std::string_view name) {
  const auto* value = object.find(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

}  // namespace clerk_backend_api::detail
