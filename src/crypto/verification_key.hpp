// A public key that checks signatures, and the one algorithm it does that with.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/signature_algorithm.hpp"

struct evp_pkey_st;

namespace tenens::crypto {

class SignatureCheck;

/// A key with its algorithm: a token cannot pick another (RFC 8725 section 3.1). Copies share the
/// key; verifying is thread-safe. Import refuses weak keys, so that nobody has to ask later: RSA of
/// 2048 to 8192 bits, odd exponent from 65537 to 2³²-1, not one of Infineon's (ROCA); points that
/// are on their curve and not of small order.
class VerificationKey {
 public:
  /// `BEGIN PUBLIC KEY` (SPKI): RSA becomes RS256, P-256 ES256, P-384 ES384, P-521 ES512, Ed25519
  /// EdDSA. Nothing for certificates, private keys and everything else.
  [[nodiscard]] static std::optional<VerificationKey> from_pem(std::string_view pem);

  // From the members of a JWK, decoded. Nothing if `algorithm` is not one of that kind of key.

  /// Big-endian, without leading zeros (RFC 7518 section 6.3.1).
  [[nodiscard]] static std::optional<VerificationKey> from_rsa(SignatureAlgorithm algorithm,
                                                               std::string_view modulus,
                                                               std::string_view exponent);
  /// Coordinates in the full length of the curve (RFC 7518 section 6.2.1).
  [[nodiscard]] static std::optional<VerificationKey> from_point(SignatureAlgorithm algorithm,
                                                                 Curve curve, std::string_view x,
                                                                 std::string_view y);
  /// 32 bytes (RFC 8032 section 5.1.5).
  [[nodiscard]] static std::optional<VerificationKey> from_ed25519(std::string_view key);

  [[nodiscard]] SignatureAlgorithm algorithm() const { return algorithm_; }

  /// False for every signature that is not exactly right: RSA in the length of the modulus, ECDSA
  /// as R‖S in the length of the curve (RFC 7518 section 3.4), Ed25519 in 64 bytes.
  [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

 private:
  VerificationKey(std::shared_ptr<SignatureCheck> check, SignatureAlgorithm algorithm,
                  std::size_t signature_bytes)
      : check_(std::move(check)), algorithm_(algorithm), signature_bytes_(signature_bytes) {}
  [[nodiscard]] static std::optional<VerificationKey> checked(std::shared_ptr<evp_pkey_st> key,
                                                              SignatureAlgorithm algorithm);

  std::shared_ptr<SignatureCheck> check_;
  SignatureAlgorithm algorithm_;
  std::size_t signature_bytes_;
};

}  // namespace tenens::crypto
