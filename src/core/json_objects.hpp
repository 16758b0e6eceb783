// Stored JSON as a tree, and back.
#pragma once

#include "clerk_backend_api/value.hpp"
#include "core/records.hpp"

namespace tenens {

/// It was validated where it came in; what the database has since done to it shows as an empty
/// object.
[[nodiscard]] clerk_backend_api::Object to_object(const JsonObject& json);
[[nodiscard]] JsonObject to_json_object(const clerk_backend_api::Object& object);

}  // namespace tenens
