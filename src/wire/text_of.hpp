// What a token, a JWK or an actor says, where nothing and another type are the same.
#pragma once

#include <string>
#include <string_view>

#include "clerk_backend_api/value.hpp"

namespace tenens::wire {

/// Empty where the member is missing or no string.
[[nodiscard]] inline std::string_view text_of(const clerk_backend_api::Object& object,
                                              std::string_view name) {
  const auto* value = object.find(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

}  // namespace tenens::wire
