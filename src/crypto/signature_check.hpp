// Checks signatures with one key, over and over.
#pragma once

#include <memory>
#include <string_view>

#include "crypto/key_contexts.hpp"

namespace tenens::crypto {

/// Thread-safe.
class SignatureCheck {
 public:
  SignatureCheck(const std::shared_ptr<EVP_PKEY>& key, SignatureAlgorithm algorithm)
      : key_(key), algorithm_(algorithm), contexts_(key, algorithm, KeyContexts::Use::verify) {}

  /// The key can be used with the algorithm.
  [[nodiscard]] bool works();
  /// ECDSA: `signature` is DER.
  [[nodiscard]] bool holds(std::string_view text, std::string_view signature);

 private:
  bool ed25519_holds(std::string_view text, std::string_view signature) const;

  const std::shared_ptr<EVP_PKEY> key_;
  const SignatureAlgorithm algorithm_;
  KeyContexts contexts_;
};

}  // namespace tenens::crypto
