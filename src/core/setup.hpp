// The first start: an instance, its keys, and in development two people to try it with.
#pragma once

#include <optional>

#include "core/keyring.hpp"
#include "core/store.hpp"

namespace tenens {

struct SetupOptions {
  std::optional<Secret> secret_key = {};  // fixes the instance's secret key
  bool development = false;               // decides the kind of an instance that is made now
  KeyEncryption encryption = {};          // if on, keys that are stored clear are encrypted
  crypto::SignatureAlgorithm jwt_algorithm = kFirstAlgorithm;  // of a first key
};

struct SetupOutcome {
  std::optional<Secret> new_secret_key = {};  // generated now; nobody will ever see it again
  std::vector<User> sample_users = {};        // made now
  EncryptedKeys encrypted_keys = 0;           // that were clear before
};

/// Makes what is missing and leaves the rest. Failures, after which nothing has changed:
/// param_invalid (the secret key's form, or its kind is not the instance's; keys that the
/// encryption key does not open), and the store's.
[[nodiscard]] Result<SetupOutcome> prepare(Store& store, const Clock& clock, Random& random,
                                           const SetupOptions& options);

struct RotatedKey {
  std::string kid;
  crypto::SignatureAlgorithm algorithm;
  Instant active_from;
};

/// Makes the next signing key of every instance, for `algorithm`, or for that of the last one. It
/// is published at once and signs only after `publish_ahead`, when verifiers' caches have seen it;
/// the present ones stay published until no token that they signed can be valid. The audit says so,
/// and `by` which command.
[[nodiscard]] Result<std::vector<RotatedKey>> rotate_signing_keys(
    Store& store, const Clock& clock, Random& random, const KeyEncryption& encryption,
    std::optional<crypto::SignatureAlgorithm> algorithm, seconds publish_ahead,
    seconds longest_token, const std::string& by = "tenensd keys rotate");

/// `pk_test_…` or `pk_live_…`: the Frontend API's host, as Clerk's SDKs decode it.
[[nodiscard]] std::string publishable_key(const Instance& instance, std::string_view frontend_host);

}  // namespace tenens
