// The public keys that session JWTs are verified with.
#pragma once

#include <memory>

#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

namespace detail {
class Caller;
}

/// Reached as `Clerk::jwks`. Thread-safe.
class CLERK_BACKEND_API_EXPORT Jwks {
 public:
  explicit Jwks(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// The key set (RFC 7517), as it came: `{"keys":[…]}`; `to_json` turns it into text for a JWT
  /// library. Source: `GetJWKS` (GET /v1/jwks).
  ///
  /// Keep it for some minutes and ask again when a JWT names a `kid` that is not in it: keys
  /// rotate. Errors: `unauthenticated`, `rate_limited`, `unavailable`, `cancelled`.
  Result<Value> get(const RequestOptions& options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
