// What went wrong, and what can be done about it.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// What the caller can do about a failure. Branch on this first, on `code` if more is needed, and
/// never on `message`.
enum class ErrorKind {
  invalid_request,   ///< the request itself is wrong: change it
  unauthenticated,   ///< the secret key is missing, wrong or not allowed this: change the key
  payment_required,  ///< the instance's plan does not include it
  not_found,         ///< no such object, in this instance
  conflict,          ///< another state or request stands against it
  rate_limited,      ///< too many requests: wait for `retry_after`
  unavailable,       ///< not done, or harmless to repeat: try again later
  /// The request went out and no trustworthy answer came back: it MAY have been carried out. Do not
  /// just repeat it; look first (`actor_tokens.list` on tenensd) or repeat it with the same
  /// `idempotency_key` against a server that honours it.
  in_doubt,
  cancelled,  ///< the caller's stop token was used; the call is harmless to repeat
};

/// The name of the kind, for logs: `"in_doubt"`.
[[nodiscard]] CLERK_BACKEND_API_EXPORT std::string_view to_string(ErrorKind kind);

/// One entry of a Clerk error body (`ClerkError` of the API).
struct ErrorItem {
  std::string code = {};  ///< programs branch on it: `form_param_missing`
  std::string message = {};
  std::string long_message = {};  ///< a sentence for people
  Object meta = {};               ///< often `param_name`

  friend bool operator==(const ErrorItem&, const ErrorItem&) = default;
};

/// The one error of this library. It never contains the secret key or a ticket.
struct Error {
  ErrorKind kind = ErrorKind::unavailable;
  int http_status = 0;    ///< 0 where no answer came
  std::string code = {};  ///< of the first entry of `errors`; else a word of this library, or empty
  std::string message = {};            ///< for people
  std::vector<ErrorItem> errors = {};  ///< empty where the body was not a Clerk error body
  /// For a question to the server's operator; may be empty. The body's `clerk_trace_id`; without
  /// it, for instance in an answer of the edge, the header `cf-ray` or `X-Clerk-Trace-Id`.
  std::string trace_id = {};
  /// How long the server asks to wait. As received; the library itself never waits over 60 s.
  std::optional<std::chrono::milliseconds> retry_after = {};
  std::string body_excerpt =
      {};  ///< start of an answer that was not understood; only of 3xx, 4xx, 5xx
  /// The API describes this status for this operation, and the body was a Clerk error body. Decides
  /// which exception `Result::value()` throws.
  bool documented = false;
  /// This call was sent more than once, and an earlier attempt got no clear answer: it MAY have
  /// been carried out, and a refusal may be of what it did itself. A revoke is then refused as "not
  /// pending", a delete as "not found". Look. Never of a call that only reads.
  bool earlier_attempt_in_doubt = false;
};

/// What `Result::value()` throws; catch this, or one of the two below.
class CLERK_BACKEND_API_EXPORT ClerkBaseError : public std::runtime_error {
 public:
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 protected:
  explicit ClerkBaseError(Error error);

 private:
  Error error_;
};

/// The server refused, with a status that the API describes for the operation and a Clerk error
/// body: 400, 402, 422 on `create_actor_token`; 400, 404 on `revoke_actor_token`.
class CLERK_BACKEND_API_EXPORT ClerkErrors : public ClerkBaseError {
 public:
  explicit ClerkErrors(Error error) : ClerkBaseError(std::move(error)) {}
  [[nodiscard]] const std::vector<ErrorItem>& errors() const noexcept { return error().errors; }
};

/// Everything else: any other 4xx and 5xx, an unreadable answer, or none.
class CLERK_BACKEND_API_EXPORT SDKError : public ClerkBaseError {
 public:
  explicit SDKError(Error error) : ClerkBaseError(std::move(error)) {}
};

}  // namespace clerk_backend_api
