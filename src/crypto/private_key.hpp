// A key that signs session JWTs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.hpp"
#include "crypto/signature_algorithm.hpp"
#include "crypto/verification_key.hpp"

struct evp_pkey_st;

namespace tenens::crypto {

class KeyContexts;

/// RSA-2048 or larger, which signs RS256, or P-256, which signs ES256 twelve times as fast. Copies
/// share the key; signing is thread-safe. Members throw std::runtime_error where OpenSSL fails,
/// which means a broken key or a broken machine.
class PrivateKey {
 public:
  /// Of RS256 or ES256.
  [[nodiscard]] static PrivateKey generate(SignatureAlgorithm algorithm);
  [[nodiscard]] static PrivateKey from_pem(const Secret& pem);

  [[nodiscard]] SignatureAlgorithm algorithm() const { return algorithm_; }
  [[nodiscard]] Secret to_pem() const;
  /// RFC 7518: RS256 (section 3.3), ES256 as R‖S (section 3.4); raw bytes.
  [[nodiscard]] std::string sign(std::string_view text) const;
  /// The public half, which checks what this one signed.
  [[nodiscard]] VerificationKey verification_key() const;
  /// What a JWK says of the public half, in the order of their names: `kty` with `e` and `n`, or
  /// with `crv`, `x` and `y`.
  using JwkMembers = std::vector<std::pair<std::string_view, std::string>>;
  [[nodiscard]] JwkMembers jwk_members() const;
  /// RFC 7638 thumbprint, base64url: a name for the key that nobody has to invent.
  [[nodiscard]] std::string thumbprint() const;

 private:
  PrivateKey(std::shared_ptr<evp_pkey_st> key, SignatureAlgorithm algorithm);

  std::shared_ptr<evp_pkey_st> key_;
  SignatureAlgorithm algorithm_;
  std::shared_ptr<KeyContexts> contexts_;
};

}  // namespace tenens::crypto
