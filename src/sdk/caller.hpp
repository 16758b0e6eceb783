// One call: form the request, send it as often as the policy allows, read the answer.
#pragma once

#include <memory>
#include <optional>

#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/value.hpp"
#include "sdk/failures.hpp"
#include "sdk/idempotency_keys.hpp"
#include "sdk/operations.hpp"
#include "sdk/request.hpp"
#include "sdk/timing.hpp"

namespace clerk_backend_api::detail {

/// An answer has what somebody was allowed to store, some levels further down.
inline constexpr std::size_t kDeepestAnswer = 128;

/// What all resources of a Clerk share, and each call under way. Thread-safe if the transport is.
class Caller : public std::enable_shared_from_this<Caller> {
 public:
  /// `options.transport` must be set. To be owned by a shared_ptr.
  Caller(ClientOptions options, std::unique_ptr<Timing> timing)
      : options_(std::move(options)), timing_(std::move(timing)) {}

  /// `read` says what the answer's JSON means, or nothing if it is not what the API describes.
  template <class T, class Read>
  [[nodiscard]] Result<T> call(const Operation& operation, const Arguments& arguments,
                               const RequestOptions& options, Read read) {
    // Another thread may let go of the last Clerk meanwhile.
    const auto alive = shared_from_this();
    auto response = exchange(operation, arguments, options);
    if (!response) return response.error();
    const auto json =
        parse_json(response->body, {.depth = kDeepestAnswer, .bytes = response->body.size()});
    std::optional<T> model = json ? read(*json) : std::nullopt;
    if (!model) return unreadable(operation, response->status);
    return *std::move(model);
  }

 private:
  [[nodiscard]] Result<HttpResponse> exchange(const Operation& operation,
                                              const Arguments& arguments,
                                              const RequestOptions& options);
  [[nodiscard]] std::string idempotency_key_for(const Operation& operation,
                                                const RequestOptions& options);
  [[nodiscard]] RetryPolicy policy_of(const Operation& operation,
                                      const RequestOptions& options) const;
  [[nodiscard]] Result<HttpResponse> send_until_settled(const Operation& operation,
                                                        const HttpRequest& request,
                                                        const RetryPolicy& policy);

  ClientOptions options_;
  std::unique_ptr<Timing> timing_;
  IdempotencyKeys idempotency_keys_;
};

}  // namespace clerk_backend_api::detail
