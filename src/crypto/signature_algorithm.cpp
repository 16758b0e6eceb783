#include "crypto/signature_algorithm.hpp"

#include <array>

namespace tenens::crypto {
namespace {

constexpr std::array<std::string_view, 10> kNames{"RS256", "RS384", "RS512", "PS256", "PS384",
                                                  "PS512", "ES256", "ES384", "ES512", "EdDSA"};

}  // namespace

std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<SignatureAlgorithm>(i);
  }
  return std::nullopt;
}

std::string_view to_string(SignatureAlgorithm algorithm) {
  return kNames[static_cast<std::size_t>(algorithm)];
}

}  // namespace tenens::crypto
