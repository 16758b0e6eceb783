// JSON Web Keys (RFC 7517): which of them verify, and by which name.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/token_fault.hpp"
#include "clerk_backend_api/value.hpp"
#include "crypto/verification_key.hpp"

namespace clerk_backend_api::detail {

/// What a token asks of the keys.
struct KeyQuery {
  std::string_view kid;  ///< empty if the token has none
  std::stop_token stop_token;
};

/// The key, or why there is none.
struct KeyAnswer {
  std::optional<tenens::crypto::VerificationKey> key;
  TokenFault fault = TokenFault::kid_unknown;
};

inline constexpr std::size_t kLargestJwks = 256 * 1024;

struct NamedKey {
  std::string kid;
  tenens::crypto::VerificationKey key;
};

using KeySet = std::vector<NamedKey>;

/// Nothing if the key is not one to verify with: another `use`, symmetric, weak, unknown, or with
/// its private half beside it, which whoever could read it now has as well.
[[nodiscard]] std::optional<tenens::crypto::VerificationKey> parse_verification_key(
    const Object& jwk);

/// Passes over what `parse_verification_key` does not take and what has no `kid`. Nothing if it is
/// not a JWK Set, has a `kid` twice, has too many keys or none that is left.
[[nodiscard]] std::optional<KeySet> parse_key_set(const Value& jwks);

[[nodiscard]] const tenens::crypto::VerificationKey* find_key(const KeySet& keys,
                                                              std::string_view kid);

}  // namespace clerk_backend_api::detail
