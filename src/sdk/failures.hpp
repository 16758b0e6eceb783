// The one translator from what came back, or did not, to an Error.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "clerk_backend_api/error.hpp"
#include "clerk_backend_api/transport.hpp"
#include "sdk/operations.hpp"

namespace clerk_backend_api::detail {

/// What a status means, once. `code` is that of the Clerk error body, if there was one.
///
/// | Status             | harmless to repeat        | doubles                             |
/// |--------------------|---------------------------|-------------------------------------|
/// | 401, 403           | unauthenticated           | the same                            |
/// | 402                | payment_required          | the same                            |
/// | 404                | not_found                 | the same                            |
/// | 409                | conflict                  | the same                            |
/// | 429                | rate_limited              | the same                            |
/// | 408, 425           | unavailable               | the same: it was not begun          |
/// | other 3xx and 4xx  | invalid_request           | the same                            |
/// | 503 with a code    | unavailable               | the same: refused before it began   |
/// | 503 without one    | unavailable               | in_doubt: a proxy may say it late   |
/// | other 5xx          | unavailable               | in_doubt: it may have been done     |
/// | any, with the code | unavailable               | in_doubt: tenensd does not know     |
/// | `outcome_unknown`  |                           | either                              |
[[nodiscard]] ErrorKind kind_of(Repeat repeat, int status, std::string_view code);

/// An answer that is not a success.
[[nodiscard]] Error refused(const Operation& operation, const HttpResponse& response,
                            std::chrono::system_clock::time_point now);

/// No answer. `in_doubt` if the operation doubles and some of the request may have arrived.
[[nodiscard]] Error unanswered(const Operation& operation, const TransportFailure& failure);

/// A success whose body is not what the API says: a proxy's page, or half of an answer.
[[nodiscard]] Error unreadable(const Operation& operation, int status);

/// Wrong already here; nothing was sent.
[[nodiscard]] Error invalid_argument(std::string message);

}  // namespace clerk_backend_api::detail
