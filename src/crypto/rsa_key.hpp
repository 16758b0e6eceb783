// An RSA key that signs session JWTs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.hpp"

struct evp_pkey_st;

namespace tenens::crypto {

/// RSA-2048 or larger. Copies share the key; signing is thread-safe. Members throw
/// std::runtime_error where OpenSSL fails, which means a broken key or a broken machine.
class RsaKey {
 public:
  [[nodiscard]] static RsaKey generate();
  [[nodiscard]] static RsaKey from_pem(const Secret& pem);

  [[nodiscard]] Secret to_pem() const;
  /// RSASSA-PKCS1-v1_5 with SHA-256 (RS256 of RFC 7518), raw bytes.
  [[nodiscard]] std::string sign(std::string_view text) const;
  [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;
  /// Modulus and exponent, big-endian without leading zeros.
  [[nodiscard]] std::string modulus() const;
  [[nodiscard]] std::string exponent() const;
  /// RFC 7638 thumbprint, base64url: a name for the key that nobody has to invent.
  [[nodiscard]] std::string thumbprint() const;

 private:
  explicit RsaKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace tenens::crypto
