// The network, by libcurl.
#pragma once

#include <memory>
#include <string>

#include "clerk_backend_api/transport.hpp"

namespace clerk_backend_api::detail {

/// Keeps connections open between requests, one request at a time on each; as many as there are
/// callers at once. Verifies TLS, follows no redirect, speaks `http` and `https` only. Thread-safe.
///
/// `ca_file`: PEM, trusted instead of the system's authorities; empty for those.
[[nodiscard]] std::shared_ptr<Transport> make_curl_transport(std::string ca_file);

}  // namespace clerk_backend_api::detail
