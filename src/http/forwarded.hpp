// Whose request it is when a proxy brings it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace tenens::http {

/// An address has many spellings; this is the one that we compare and write down. A socket for both
/// kinds shows IPv4 as `::ffff:192.0.2.1`, which is 192.0.2.1 here. Nothing if it is no address.
[[nodiscard]] std::optional<std::string> parse_ip_address(const std::string& text);

/// The peer's address; or, if the peer is one of `trusted`, the rightmost of `X-Forwarded-For` that
/// is not: what stands left of it anybody may have written. What is no address is not believed.
/// Addresses are spelled as parse_ip_address does.
[[nodiscard]] std::string client_address(const Request& request,
                                         const std::vector<std::string>& trusted);

[[nodiscard]] bool is_loopback(const std::string& address);

}  // namespace tenens::http
