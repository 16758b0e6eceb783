// A key that encrypts other keys for storage.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/secret.hpp"

namespace tenens::crypto {

/// AES-256-GCM (NIST SP 800-38D). Members throw std::runtime_error where OpenSSL fails.
class EncryptionKey {
 public:
  static constexpr std::size_t kBytes = 32;
  static constexpr std::size_t kIdBytes = 8;

  /// `bytes`: 32 of them, of which nobody can guess one.
  explicit EncryptionKey(Secret bytes);

  /// A name for the key that gives nothing of it away: raw bytes, derived from it.
  [[nodiscard]] const std::string& id() const { return id_; }
  /// A nonce of 96 random bits, the ciphertext, the tag of 128 bits. `context` is authenticated
  /// with it and has to be the same at `open`. Good for 2^32 texts a key.
  [[nodiscard]] std::string seal(std::string_view text, std::string_view context,
                                 Random& random) const;
  /// Nothing if it was sealed by another key, for another context, or was changed.
  [[nodiscard]] std::optional<Secret> open(std::string_view sealed, std::string_view context) const;

 private:
  Secret bytes_;
  std::string id_;
};

}  // namespace tenens::crypto
