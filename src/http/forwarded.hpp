// Whose request it is when a proxy brings it.
#pragma once

#include <string>
#include <vector>

#include "http/message.hpp"

namespace tenens::http {

/// The peer's address; or, if the peer is one of `trusted`, the rightmost of `X-Forwarded-For` that
/// is not: what stands left of it anybody may have written. What is no address is not believed.
[[nodiscard]] std::string client_address(const Request& request,
                                         const std::vector<std::string>& trusted);

[[nodiscard]] bool is_ip_address(const std::string& text);
[[nodiscard]] bool is_loopback(const std::string& address);

}  // namespace tenens::http
