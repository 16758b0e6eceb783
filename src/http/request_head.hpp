// What RFC 9112 asks of a request's head and Beast's parser lets pass. Where a proxy in front of us
// may read a head in another way than we do, somebody smuggles a request between the two readings.
#pragma once

#include <string_view>

namespace tenens::http {

inline constexpr std::string_view kLineEnd = "\r\n";

/// `head` ends with the empty line. False for: a bare CR or LF, a NUL, a folded line, white space
/// before a colon, any version but 1.0 and 1.1, a target that is not printable ASCII, a Host that
/// is missing (1.1), comes twice, is no host or is another than a whole URL's, more than one
/// Content-Length or one that is not a number, a Transfer-Encoding that is not just `chunked`, or
/// that comes with HTTP/1.0 or beside a Content-Length.
[[nodiscard]] bool is_strict_head(std::string_view head);

/// A line of a head or a trailer, without its end: a token, a colon, a value without control
/// characters.
[[nodiscard]] bool is_strict_field(std::string_view line);

}  // namespace tenens::http
