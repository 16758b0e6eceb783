// What OpenSSL needs beside a key to use it, kept.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "crypto/openssl.hpp"
#include "crypto/signature_algorithm.hpp"

namespace tenens::crypto {

/// Contexts in which signing or verifying with a key has begun. To begin costs a quarter of an RSA
/// verification or a P-256 signature, and OpenSSL lets one beginning serve for many: they are kept,
/// as many as have been needed at once. Thread-safe.
class KeyContexts {
 public:
  enum class Use { sign, verify };
  KeyContexts(std::shared_ptr<EVP_PKEY> key, SignatureAlgorithm algorithm, Use use)
      : key_(std::move(key)), algorithm_(algorithm), use_(use) {}

  /// For one thread, for digests of the algorithm. Null where the key cannot be used with it.
  [[nodiscard]] KeyContext borrow();
  void give_back(KeyContext context);

 private:
  [[nodiscard]] KeyContext begin() const;

  const std::shared_ptr<EVP_PKEY> key_;
  const SignatureAlgorithm algorithm_;
  const Use use_;
  std::mutex mutex_;
  std::vector<KeyContext> begun_;
};

/// What a signature of the algorithm is made of; nullptr for Ed25519, which hashes by itself.
[[nodiscard]] const EVP_MD* digest_of(SignatureAlgorithm algorithm);

}  // namespace tenens::crypto
