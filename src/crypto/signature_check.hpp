// Checks signatures with one key, over and over.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "crypto/openssl.hpp"
#include "crypto/signature_algorithm.hpp"

namespace tenens::crypto {

/// Thread-safe. To begin costs a quarter of an RSA verification, and OpenSSL lets one beginning
/// serve for many: they are kept, as many as have been needed at once.
class SignatureCheck {
 public:
  SignatureCheck(std::shared_ptr<EVP_PKEY> key, SignatureAlgorithm algorithm)
      : key_(std::move(key)), algorithm_(algorithm) {}

  /// The key can be used with the algorithm.
  [[nodiscard]] bool works();
  /// ECDSA: `signature` is DER.
  [[nodiscard]] bool holds(std::string_view text, std::string_view signature);

 private:
  KeyContext begin() const;
  KeyContext borrow();
  bool ed25519_holds(std::string_view text, std::string_view signature) const;

  const std::shared_ptr<EVP_PKEY> key_;
  const SignatureAlgorithm algorithm_;
  std::mutex mutex_;
  std::vector<KeyContext> begun_;
};

}  // namespace tenens::crypto
