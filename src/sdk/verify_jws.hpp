// JSON Web Signature (RFC 7515), compact form: read strictly, and check against one key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "clerk_backend_api/token_fault.hpp"
#include "clerk_backend_api/value.hpp"
#include "crypto/verification_key.hpp"

namespace clerk_backend_api::detail {

/// 1 to 64 printable ASCII characters, no space: what a `kid` may be, in a token and in a JWK.
[[nodiscard]] bool is_kid(std::string_view text);

struct JwsHeader {
  std::string encoded;  ///< as it stood in the token
  std::string alg;      ///< never empty
  std::string kid;      ///< empty if there is none
  Value json;           ///< an object
};

/// What nobody has vouched for yet.
struct Jws {
  std::shared_ptr<const JwsHeader> header;
  std::string payload;
  std::string signature;
  std::string_view signed_text;  ///< of the token it was read from
};

/// Form and header; RFC 7515 section 5.2, steps 1 to 7. Refuses whatever would give the token a say
/// in how it is checked: `crit`, `b64`, and keys of its own.
[[nodiscard]] std::variant<Jws, TokenFault> parse_jws(std::string_view token);

/// Step 8, with the key's algorithm. Nothing if the signature holds.
[[nodiscard]] std::optional<TokenFault> find_signature_fault(
    const Jws& jws, const tenens::crypto::VerificationKey& key);

}  // namespace clerk_backend_api::detail
