#include "core/keyring.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/transact.hpp"
#include "crypto/digest.hpp"
#include "wire/json.hpp"

namespace tenens {
namespace {

bool is_retired(const Keyring::Signer& signer, Instant now) {
  return signer.retired_at && *signer.retired_at <= now;
}

std::string to_jwk(const std::string& kid, const crypto::PrivateKey& key) {
  wire::Writer writer;
  writer.begin_object()
      .member("use", "sig")
      .member("kid", kid)
      .member("alg", crypto::to_string(key.algorithm()));
  for (const auto& [name, value] : key.jwk_members()) writer.member(name, value);
  return writer.end_object().take();
}

}  // namespace

Result<std::shared_ptr<Keyring>> Keyring::load(Store& store, KeyEncryption encryption) {
  auto keyring = std::make_shared<Keyring>();
  keyring->encryption_ = std::move(encryption);
  auto stored = read_from(store, [](ReadTx& tx) { return tx.instances(); });
  if (!stored) return tl::unexpected(stored.error());
  for (auto& instance : *stored) {
    auto opened = keyring->encryption_.open(std::move(instance));
    if (!opened) return tl::unexpected(opened.error());
    keyring->instances_.push_back(*std::move(opened));
  }
  if (const auto loaded = keyring->reload(store); !loaded) return tl::unexpected(loaded.error());
  return keyring;
}

Done Keyring::reload(Store& store) {
  auto stored = read_from(store, [](ReadTx& tx) {
    return std::pair{tx.secret_keys(), tx.signing_keys()};
  });
  if (!stored) return tl::unexpected(stored.error());
  auto& [secrets, records] = *stored;

  std::sort(records.begin(), records.end(),
            [](const SigningKey& a, const SigningKey& b) { return a.active_from > b.active_from; });
  auto found = std::make_shared<Keys>();
  for (auto& secret : secrets) {
    found->secret_keys.push_back(std::make_shared<SecretKey>(std::move(secret)));
  }
  for (const auto& record : records) {
    auto key = key_of(record);
    if (!key) return tl::unexpected(key.error());
    auto jwk = to_jwk(record.kid, *key);
    found->signers.push_back(
        std::make_shared<Signer>(Signer{record.kid, record.active_from, record.retired_at,
                                        record.instance_id, *std::move(key), std::move(jwk)}));
  }
  const std::lock_guard lock(mutex_);
  keys_ = std::move(found);
  return {};
}

/// One that is known is not decrypted and parsed again: this is asked every second.
Result<crypto::PrivateKey> Keyring::key_of(const SigningKey& record) const {
  const auto known = keys();
  for (const auto& signer : known->signers) {
    if (signer->kid == record.kid) return signer->key;
  }
  return encryption_.open_key(record);
}

std::shared_ptr<const Keyring::Keys> Keyring::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

Keyring::SecretKeyPtr Keyring::find_secret_key(std::string_view bearer) const {
  const auto digest = crypto::sha256(bearer);
  const auto all = keys();
  SecretKeyPtr found;
  for (const auto& key : all->secret_keys) {
    if (crypto::equal(key->digest, digest)) found = key;
  }
  return found;
}

const Instance* Keyring::find_instance(const InstanceId& id) const {
  const auto at = std::find_if(instances_.begin(), instances_.end(),
                               [&](const Instance& instance) { return instance.id == id; });
  return at == instances_.end() ? nullptr : &*at;
}

Keyring::SignerPtr Keyring::signer(const InstanceId& id, Instant now) const {
  const auto all = keys();
  for (const auto& signer : all->signers) {
    const bool signs = signer->active_from <= now && !is_retired(*signer, now);
    if (signer->instance_id == id && signs) return signer;
  }
  throw std::logic_error("an instance has no signing key");
}

crypto::SignatureAlgorithm Keyring::algorithm(const InstanceId& id) const {
  const auto all = keys();
  for (const auto& signer : all->signers) {
    if (signer->instance_id == id) return signer->key.algorithm();
  }
  return kFirstAlgorithm;
}

std::vector<Keyring::SignerPtr> Keyring::published(const InstanceId& id, Instant now) const {
  std::vector<SignerPtr> found;
  const auto all = keys();
  for (const auto& signer : all->signers) {
    if (signer->instance_id == id && !is_retired(*signer, now)) found.push_back(signer);
  }
  return found;
}

}  // namespace tenens
