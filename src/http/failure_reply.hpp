// The one file that knows the statuses and the texts of refusals. Their words, which programs
// branch on, are code_word's.
#pragma once

#include <string>

#include "clerk_backend_api/error.hpp"
#include "http/route.hpp"

namespace tenens::http {

struct Description {
  int status = 500;
  clerk_backend_api::ErrorItem item;
};

/// What is said to `audience` of a failure. The same fact may have another status for a back end
/// than for a browser: a dead session is "sign in again" for the one and "no such thing" for the
/// other, whose secret key is in order.
[[nodiscard]] Description describe(const Failure& failure, Audience audience);

/// Clerk's error body with all failures; the first one's status. `failures` is not empty.
[[nodiscard]] Reply to_reply(const Failures& failures, Audience audience,
                             const std::string& trace_id);

}  // namespace tenens::http
