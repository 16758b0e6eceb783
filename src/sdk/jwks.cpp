#include "clerk_backend_api/jwks.hpp"

#include "sdk/caller.hpp"

namespace clerk_backend_api {

Result<Value> Jwks::get(const RequestOptions& options) const {
  return caller_->call<Value>(detail::kGetJwks, {}, options,
                              [](const Value& json) -> std::optional<Value> {
                                const auto* set = json.if_object();
                                if (set == nullptr || set->find("keys") == nullptr) {
                                  return std::nullopt;
                                }
                                return json;
                              });
}

}  // namespace clerk_backend_api
