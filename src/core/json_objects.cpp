#include "core/json_objects.hpp"

namespace tenens {

clerk_backend_api::Object to_object(const JsonObject& json) {
  const auto value = clerk_backend_api::parse_json(json.text);
  const auto* object = value ? value->if_object() : nullptr;
  return object == nullptr ? clerk_backend_api::Object() : *object;
}

JsonObject to_json_object(const clerk_backend_api::Object& object) {
  return {clerk_backend_api::to_json(object)};
}

}  // namespace tenens
