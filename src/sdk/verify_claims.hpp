// Which claims a session JWT must make, of which type, and whether they hold now.
#pragma once

#include <optional>

#include "clerk_backend_api/claims.hpp"
#include "clerk_backend_api/verify_token.hpp"

namespace clerk_backend_api::detail {

/// The first claim that does not hold; nothing if all do. The signature is somebody else's.
[[nodiscard]] std::optional<TokenFault> find_claims_fault(const Claims& claims,
                                                          const VerifyTokenOptions& options);

/// In the list. One that is not given has everything in it, an empty one nothing.
[[nodiscard]] bool is_allowed(const std::optional<std::vector<std::string>>& list,
                              std::string_view word);

}  // namespace clerk_backend_api::detail
