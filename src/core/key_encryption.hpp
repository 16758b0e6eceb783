// What signs is encrypted in the database, if the operator gives a key for it.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "core/store.hpp"
#include "crypto/encryption_key.hpp"
#include "crypto/private_key.hpp"

namespace tenens {

/// The operator's encryption keys: the first encrypts, each decrypts. What is encrypted says by
/// which key, and is bound to its place (instance and kid), so that it is good for nothing in
/// another row.
class KeyEncryption {
 public:
  /// None: keys are stored, and have to be found, as they are.
  KeyEncryption() = default;
  /// One key a line, of 64 hexadecimal digits. Failures: param_invalid.
  [[nodiscard]] static Result<KeyEncryption> from_text(const Secret& text);

  [[nodiscard]] bool is_on() const { return !keys_.empty(); }

  /// The record as it may be used. Failures: param_invalid, if it is encrypted and none of the keys
  /// opens it.
  [[nodiscard]] Result<Instance> open(Instance stored) const;
  [[nodiscard]] Result<SigningKey> open(SigningKey stored) const;
  /// The key in the record. Failures: param_invalid, also if it is of no kind that we know.
  [[nodiscard]] Result<crypto::PrivateKey> open_key(const SigningKey& stored) const;
  /// The record as it is to be stored.
  [[nodiscard]] Instance seal(Instance clear, Random& random) const;
  [[nodiscard]] SigningKey seal(SigningKey clear, Random& random) const;

  enum class Form {
    clear,
    current,
    earlier
  };  // earlier: by a key that is not the first, or unknown
  [[nodiscard]] Form form_of(const Secret& stored) const;
  /// Of the key that encrypted it, for people; empty if it is clear.
  [[nodiscard]] static std::string key_name(const Secret& stored);

 private:
  [[nodiscard]] Result<Secret> open(const Secret& stored, const std::string& context) const;
  [[nodiscard]] Secret seal(const Secret& clear, const std::string& context, Random& random) const;

  std::vector<crypto::EncryptionKey> keys_;
};

/// How many keys it has encrypted anew.
using EncryptedKeys = std::size_t;

/// Encrypts what is clear, and with `all` what an earlier key encrypted, too. Makes sure first that
/// every key can be opened; a Failure means that nothing was changed.
[[nodiscard]] Result<EncryptedKeys> encrypt_keys(WriteTx& tx, const KeyEncryption& encryption,
                                                 Random& random, bool all);

}  // namespace tenens
