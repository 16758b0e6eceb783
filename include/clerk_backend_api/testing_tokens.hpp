// Testing tokens: let automated browsers past Clerk's detection of bots.
#pragma once

#include <cstdint>
#include <memory>

#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/secret.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// Answer of `CreateTestingToken` (POST /v1/testing_tokens).
struct TestingToken {
  Secret token = {};            ///< for the Frontend API's query parameter `__clerk_testing_token`
  std::int64_t expires_at = 0;  ///< Unix time in seconds
  Object additional_fields = {};  ///< what the server sent beyond these, as it came; not wiped
};

namespace detail {
class Caller;
}

/// Reached as `Clerk::testing_tokens`. Thread-safe.
class CLERK_BACKEND_API_EXPORT TestingTokens {
 public:
  explicit TestingTokens(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// `CreateTestingToken`. A tenensd suspects nobody of being a bot: its tokens open nothing, and
  /// are there for what asks for one.
  ///
  /// Errors: `unauthenticated`, `rate_limited`, `unavailable`, `cancelled`.
  Result<TestingToken> create(const RequestOptions& options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
