// One fetch of a JWK Set.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "clerk_backend_api/clerk.hpp"
#include "clerk_backend_api/verification_keys.hpp"
#include "sdk/verify_key_set.hpp"

namespace clerk_backend_api::detail {

/// Nothing if there is no answer, or none with a key in it. May be called from several threads.
using JwksSource = std::function<std::optional<KeySet>(const std::stop_token&)>;

[[nodiscard]] JwksSource source_from_clerk(Clerk clerk, std::chrono::milliseconds timeout);

/// `https`, or `http` to the loopback of this machine: whoever can change this answer can sign for
/// everybody. Gives nothing for any other address.
[[nodiscard]] JwksSource source_from_url(std::string url, const JwksCacheOptions& options);

}  // namespace clerk_backend_api::detail
