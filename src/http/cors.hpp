// Which pages' scripts may call the Frontend API. An exact list; there is no `*`.
#pragma once

#include "http/message.hpp"
#include "http/site.hpp"

namespace tenens::http {

/// Failures: origin_invalid for an Origin that is not on the list. A request without one comes from
/// no other page's script: browsers send it with all that could change anything.
[[nodiscard]] Done check_origin(const Request& request, const Site& site);

/// Tells the browser that the page may read the reply.
void add_cors_headers(Reply& reply, const Request& request, const Site& site);

/// The answer to OPTIONS.
[[nodiscard]] Reply preflight(const std::string& allow);

}  // namespace tenens::http
