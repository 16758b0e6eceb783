#include "core/keyring.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/digest.hpp"

namespace tenens {

Result<std::shared_ptr<const Keyring>> Keyring::load(Store& store) {
  auto keyring = std::make_shared<Keyring>();
  std::vector<SigningKey> signing_keys;
  const auto read = store.read([&](ReadTx& tx) -> Done {
    keyring->instances_ = tx.instances();
    keyring->secret_keys_ = tx.secret_keys();
    signing_keys = tx.signing_keys();
    return {};
  });
  if (!read) return tl::unexpected(read.error());

  std::sort(signing_keys.begin(), signing_keys.end(),
            [](const SigningKey& a, const SigningKey& b) { return a.active_from > b.active_from; });
  for (const auto& record : signing_keys) {
    keyring->signers_.push_back({record.kid, record.active_from, record.retired_at,
                                 record.instance_id, crypto::RsaKey::from_pem(record.private_pem)});
  }
  return keyring;
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

const Keyring::Signer& Keyring::signer(const InstanceId& id, Instant now) const {
  for (const auto& signer : signers_) {
    if (signer.instance_id == id && signer.active_from <= now) return signer;
  }
  throw std::logic_error("an instance has no signing key");
}

std::vector<const Keyring::Signer*> Keyring::published(const InstanceId& id, Instant now) const {
  std::vector<const Signer*> keys;
  for (const auto& signer : signers_) {
    if (signer.instance_id == id && (!signer.retired_at || now < *signer.retired_at)) {
      keys.push_back(&signer);
    }
  }
  return keys;
}

}  // namespace tenens
