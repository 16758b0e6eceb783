// Clerk's error body.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/error.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::ErrorItem;

/// `{"errors":[{"message","long_message","code","meta"}],"clerk_trace_id"}`; an empty trace id is
/// left out.
[[nodiscard]] std::string to_json(std::span<const ErrorItem> errors,
                                  std::string_view clerk_trace_id);

struct ErrorBody {
  std::vector<ErrorItem> errors;
  std::string clerk_trace_id;
};

/// The client's side. Takes what it can get: a proxy's HTML page gives an empty list, an entry
/// without a text gives empty texts.
[[nodiscard]] ErrorBody to_error_body(std::string_view body);

}  // namespace tenens::wire
