// Why a token was refused.
#pragma once

#include <string_view>

#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// One reason for each way in which `verify_token` says no. For logs and for your tests: the one
/// who sent the token should learn nothing but "401". Everything up to `signature_invalid` was
/// found in a text that anybody may have written.
enum class TokenFault {
  // The options.
  keys_missing,  ///< VerifyTokenOptions::keys is empty

  // The form.
  token_missing,     ///< the text is empty
  token_too_large,   ///< more than 16 KiB
  not_a_jwt,         ///< not three parts with a dot between each
  encoding_invalid,  ///< a part is not exact base64url: padding, white space, stray bits
  header_not_json,   ///< not one JSON object, or it has a name twice, or is nested too deep
  payload_not_json,  ///< the same of the payload

  // The header.
  algorithm_not_supported,  ///< `alg` is missing, `none`, symmetric, or not one we know
  algorithm_not_allowed,    ///< not in VerifyTokenOptions::algorithms
  algorithm_mismatch,       ///< a sound algorithm, but not the one of this key
  type_not_allowed,         ///< `typ` is there and is not `JWT`
  category_not_allowed,     ///< `cat` is there and is not that of a session token
  critical_header,          ///< `crit`: extensions that must be understood; we understand none
  key_in_header,            ///< `jwk`, `jku`, `x5u`, `x5c`: a token may not bring its own key
  payload_not_encoded,      ///< `b64` (RFC 7797)
  kid_missing,              ///< no `kid`, and the keys are more than one PEM
  kid_invalid,              ///< not 1 to 64 printable ASCII characters

  // The key and the signature.
  kid_unknown,        ///< no key of that name, or none that can be used
  keys_unavailable,   ///< the JWKS could not be fetched, and no earlier one may still serve
  cancelled,          ///< the stop token, while waiting for the JWKS
  signature_invalid,  ///< the signature is not this key's over this text

  // The claims. From here on the issuer itself has said it.
  claim_missing,             ///< `sub` or `exp` is not there
  claim_type_invalid,        ///< a claim with a meaning here has another type than it must have
  expired,                   ///< `exp` has come
  not_active_yet,            ///< `nbf` has not come
  issued_in_future,          ///< `iat` has not come: a clock is wrong
  issuer_not_allowed,        ///< `iss` is not in VerifyTokenOptions::issuers
  audience_not_allowed,      ///< no `aud` is in `audience`, or there is an `aud` and no `audience`
  authorized_party_missing,  ///< no `azp`, and `authorized_parties` asks for one
  authorized_party_not_allowed,  ///< `azp` is not in VerifyTokenOptions::authorized_parties
};

/// The name as it stands above, for logs: `"kid_unknown"`.
[[nodiscard]] CLERK_BACKEND_API_EXPORT std::string_view to_string(TokenFault fault);

}  // namespace clerk_backend_api
