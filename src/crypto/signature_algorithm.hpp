// The signature algorithms of RFC 7518 and 8037 that we verify. None of them is symmetric.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tenens::crypto {

enum class SignatureAlgorithm {
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
  eddsa,
};

/// The exact name of the registry, `RS256`; nothing for `none`, `HS…` and whatever else there is.
[[nodiscard]] std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view name);
[[nodiscard]] std::string_view to_string(SignatureAlgorithm algorithm);

[[nodiscard]] constexpr bool is_rsa(SignatureAlgorithm algorithm) {
  return algorithm <= SignatureAlgorithm::ps512;
}
[[nodiscard]] constexpr bool is_pss(SignatureAlgorithm algorithm) {
  return is_rsa(algorithm) && algorithm >= SignatureAlgorithm::ps256;
}
[[nodiscard]] constexpr bool is_ecdsa(SignatureAlgorithm algorithm) {
  return algorithm >= SignatureAlgorithm::es256 && algorithm <= SignatureAlgorithm::es512;
}

/// Curves of RFC 7518 section 6.2.1.1.
enum class Curve { p256, p384, p521 };

struct CurveTraits {
  const char* group;  ///< as OpenSSL calls it
  std::size_t bytes;  ///< of a coordinate, and of half a signature
  SignatureAlgorithm algorithm;
};
inline constexpr std::array<CurveTraits, 3> kCurveTraits{{
    {"prime256v1", 32, SignatureAlgorithm::es256},
    {"secp384r1", 48, SignatureAlgorithm::es384},
    {"secp521r1", 66, SignatureAlgorithm::es512},
}};

/// nullptr if it is not one of ECDSA.
[[nodiscard]] constexpr const CurveTraits* curve_of(SignatureAlgorithm algorithm) {
  for (const auto& curve : kCurveTraits) {
    if (curve.algorithm == algorithm) return &curve;
  }
  return nullptr;
}

}  // namespace tenens::crypto
