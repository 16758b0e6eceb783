// The keys a server holds in memory: who its instances are, who may call, what signs.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/key_encryption.hpp"
#include "core/records.hpp"
#include "core/store.hpp"
#include "crypto/private_key.hpp"

namespace tenens {

/// What Clerk signs with, and what every one of its SDKs verifies.
inline constexpr auto kFirstAlgorithm = crypto::SignatureAlgorithm::rs256;

/// Shared by all threads. Instances stay as loaded; secret keys and signing keys can be read anew.
class Keyring {
 public:
  /// Reads all keys from the store. Failures: param_invalid (encrypted, and `encryption` does not
  /// open them), and the store's.
  [[nodiscard]] static Result<std::shared_ptr<Keyring>> load(Store& store,
                                                             KeyEncryption encryption = {});
  /// Reads secret keys and signing keys again: another process may have changed them. After a
  /// Failure everything is as it was.
  [[nodiscard]] Done reload(Store& store);

  using SecretKeyPtr = std::shared_ptr<const SecretKey>;
  /// The key record behind a bearer secret. Looks at every key, in constant time each.
  [[nodiscard]] SecretKeyPtr find_secret_key(std::string_view bearer) const;
  [[nodiscard]] const Instance* find_instance(const InstanceId& id) const;
  [[nodiscard]] const std::vector<Instance>& instances() const { return instances_; }
  /// The instance that browsers speak to. There is one per server today.
  [[nodiscard]] const Instance& frontend_instance() const { return instances_.front(); }

  struct Signer {
    std::string kid;
    Instant active_from;
    std::optional<Instant> retired_at;
    InstanceId instance_id;
    crypto::PrivateKey key;
    std::string jwk;  // the public half, as JSON
  };
  using SignerPtr = std::shared_ptr<const Signer>;
  /// The youngest key whose time has come and not gone.
  [[nodiscard]] SignerPtr signer(const InstanceId& id, Instant now) const;
  /// Of the key that signs, or will soon: the youngest. An instance without keys would begin with
  /// kFirstAlgorithm.
  [[nodiscard]] crypto::SignatureAlgorithm algorithm(const InstanceId& id) const;
  /// Every key that verifiers must know: also the one that will sign next.
  [[nodiscard]] std::vector<SignerPtr> published(const InstanceId& id, Instant now) const;

 private:
  struct Keys {
    std::vector<SecretKeyPtr> secret_keys;
    std::vector<SignerPtr> signers;  // youngest `active_from` first
  };
  [[nodiscard]] std::shared_ptr<const Keys> keys() const;
  [[nodiscard]] Result<crypto::PrivateKey> key_of(const SigningKey& record) const;

  KeyEncryption encryption_;
  std::vector<Instance> instances_;
  mutable std::mutex mutex_;  // of the pointer, not of what it points to
  std::shared_ptr<const Keys> keys_ = std::make_shared<Keys>();
};

}  // namespace tenens
