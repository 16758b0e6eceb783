// Percent-encoding, queries and request targets. Strict: what is not encoded correctly is refused,
// because two readers of a sloppy text read two things.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace tenens::http {

/// Nothing if a `%` is not followed by two hexadecimal digits, or if the result is not UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// Whether percent_decode could change `text`, or refuse it.
[[nodiscard]] bool may_be_encoded(std::string_view text);

/// `a=1&b=2`, where `+` is a space: the query of a URL, or a form. Nothing if it is badly encoded
/// or has more than kMaxParams entries.
[[nodiscard]] std::optional<Params> parse_params(std::string_view text);

struct Target {
  std::string_view path;  // of the text that was parsed
  Params query;
};

/// `/path?query`, or the whole URL as proxies send it. Nothing if it is neither.
[[nodiscard]] std::optional<Target> parse_target(std::string_view text);

}  // namespace tenens::http
