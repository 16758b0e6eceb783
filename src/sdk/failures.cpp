#include "sdk/failures.hpp"

#include <algorithm>

#include "clerk_backend_api/result.hpp"
#include "sdk/retry.hpp"
#include "wire/errors.hpp"

namespace clerk_backend_api {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request: return "invalid_request";
    case ErrorKind::unauthenticated: return "unauthenticated";
    case ErrorKind::payment_required: return "payment_required";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::rate_limited: return "rate_limited";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::in_doubt: return "in_doubt";
    case ErrorKind::cancelled: return "cancelled";
  }
  return "unknown";
}

ClerkBaseError::ClerkBaseError(Error error)
    : std::runtime_error(error.message), error_(std::move(error)) {}

}  // namespace clerk_backend_api

namespace clerk_backend_api::detail {
namespace {

constexpr std::size_t kExcerptBytes = 512;
// What tenensd says when a commit was neither confirmed nor refused.
constexpr std::string_view kOutcomeUnknown = "outcome_unknown";

std::string_view code_of(TransportCause cause) {
  switch (cause) {
    case TransportCause::connection_failed: return "connection_failed";
    case TransportCause::connection_lost: return "connection_lost";
    case TransportCause::timed_out: return "timed_out";
    case TransportCause::cancelled: return "cancelled";
    case TransportCause::answer_too_large: return "answer_too_large";
  }
  return "connection_failed";
}

std::string text_of(const Error& error, int status) {
  if (!error.errors.empty()) {
    const auto& first = error.errors.front();
    if (!first.long_message.empty()) return first.long_message;
    if (!first.message.empty()) return first.message;
  }
  const auto text = "the server answered with status " + std::to_string(status);
  return status >= 300 && status < 400 ? text + ", a redirect, which is never followed" : text;
}

/// The body's; where something before the server answered, what that calls the request.
std::string trace_id_of(std::string from_body, const HttpResponse& response) {
  if (!from_body.empty()) return from_body;
  const auto ray = response.header("cf-ray");
  return std::string(ray.empty() ? response.header("X-Clerk-Trace-Id") : ray);
}

}  // namespace

void raise(const Error& error) {
  if (error.documented) throw ClerkErrors(error);
  throw SDKError(error);
}

ErrorKind kind_of(Repeat repeat, int status, std::string_view code) {
  const auto doubted = repeat == Repeat::doubles ? ErrorKind::in_doubt : ErrorKind::unavailable;
  if (code == kOutcomeUnknown) return doubted;
  switch (status) {
    case 401:
    case 403: return ErrorKind::unauthenticated;
    case 402: return ErrorKind::payment_required;
    case 404: return ErrorKind::not_found;
    case 408:
    case 425: return ErrorKind::unavailable;
    case 409: return ErrorKind::conflict;
    case 429: return ErrorKind::rate_limited;
    // Without a code it is a proxy's, which may have passed the request on before.
    case 503: return code.empty() ? doubted : ErrorKind::unavailable;
    default: return status >= 500 || status < 300 ? doubted : ErrorKind::invalid_request;
  }
}

Error refused(const Operation& operation, const HttpResponse& response,
              std::chrono::system_clock::time_point now) {
  auto body = tenens::wire::to_error_body(response.body);
  Error error;
  error.http_status = response.status;
  error.errors = std::move(body.errors);
  error.trace_id = trace_id_of(std::move(body.clerk_trace_id), response);
  if (error.errors.empty()) {
    error.body_excerpt = response.body.substr(0, kExcerptBytes);
  } else {
    error.code = error.errors.front().code;
  }
  error.kind = kind_of(operation.repeat, response.status, error.code);
  error.message = text_of(error, response.status);
  error.retry_after = parse_retry_after(response.header("Retry-After"), now);
  const auto& statuses = operation.documented;
  error.documented = !error.errors.empty() &&
                     std::find(statuses.begin(), statuses.end(), response.status) != statuses.end();
  return error;
}

Error unanswered(const Operation& operation, const TransportFailure& failure) {
  Error error;
  error.code = code_of(failure.cause);
  error.message = failure.message;
  if (failure.sent && operation.repeat == Repeat::doubles) {
    error.kind = ErrorKind::in_doubt;
  } else if (failure.cause == TransportCause::cancelled) {
    error.kind = ErrorKind::cancelled;
  } else {
    error.kind = ErrorKind::unavailable;
  }
  return error;
}

Error unreadable(const Operation& operation, int status) {
  Error error;
  error.kind = operation.repeat == Repeat::doubles ? ErrorKind::in_doubt : ErrorKind::unavailable;
  error.http_status = status;
  error.code = "answer_unreadable";
  // No excerpt: a success may carry a ticket.
  error.message = "the server answered with status " + std::to_string(status) +
                  " and a body that is not what the API describes";
  return error;
}

Error invalid_argument(std::string message) {
  Error error;
  error.kind = ErrorKind::invalid_request;
  error.code = "invalid_argument";
  error.message = std::move(message);
  return error;
}

}  // namespace clerk_backend_api::detail
