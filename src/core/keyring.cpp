#include "core/keyring.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/digest.hpp"

namespace tenens {

Result<std::shared_ptr<Keyring>> Keyring::load(Store& store) {
  auto keyring = std::make_shared<Keyring>();
  const auto read = store.read([&](ReadTx& tx) -> Done {
    keyring->instances_ = tx.instances();
    keyring->secret_keys_ = tx.secret_keys();
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  if (const auto loaded = keyring->reload_signers(store); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return keyring;
}

Done Keyring::reload_signers(Store& store) {
  std::vector<SigningKey> records;
  const auto read = store.read([&](ReadTx& tx) -> Done {
    records = tx.signing_keys();
    return {};
  });
  if (!read) return read;

  std::sort(records.begin(), records.end(),
            [](const SigningKey& a, const SigningKey& b) { return a.active_from > b.active_from; });
  auto signers = std::make_shared<Signers>();
  for (const auto& record : records) {
    auto key = crypto::PrivateKey::from_pem(record.private_pem);
    auto jwk = key.jwk_members();
    signers->push_back(
        std::make_shared<Signer>(Signer{record.kid, record.active_from, record.retired_at,
                                        record.instance_id, std::move(key), std::move(jwk)}));
  }
  const std::lock_guard lock(mutex_);
  signers_ = std::move(signers);
  return {};
}

std::shared_ptr<const Keyring::Signers> Keyring::signers() const {
  const std::lock_guard lock(mutex_);
  return signers_;
}

const SecretKey* Keyring::find_secret_key(std::string_view bearer) const {
  const auto digest = crypto::sha256(bearer);
  const SecretKey* found = nullptr;
  for (const auto& key : secret_keys_) {
    if (crypto::equal(key.digest, digest)) found = &key;
  }
  return found;
}

const Instance* Keyring::find_instance(const InstanceId& id) const {
  const auto at = std::find_if(instances_.begin(), instances_.end(),
                               [&](const Instance& instance) { return instance.id == id; });
  return at == instances_.end() ? nullptr : &*at;
}

Keyring::SignerPtr Keyring::signer(const InstanceId& id, Instant now) const {
  const auto all = signers();
  for (const auto& signer : *all) {
    if (signer->instance_id == id && signer->active_from <= now) return signer;
  }
  throw std::logic_error("an instance has no signing key");
}

std::vector<Keyring::SignerPtr> Keyring::published(const InstanceId& id, Instant now) const {
  std::vector<SignerPtr> keys;
  const auto all = signers();
  for (const auto& signer : *all) {
    if (signer->instance_id == id && (!signer->retired_at || now < *signer->retired_at)) {
      keys.push_back(signer);
    }
  }
  return keys;
}

}  // namespace tenens
