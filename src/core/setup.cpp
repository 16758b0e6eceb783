#include "core/setup.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/base64url.hpp"
#include "core/audit_events.hpp"
#include "core/transact.hpp"
#include "crypto/digest.hpp"

namespace tenens {
namespace {

constexpr std::string_view kTestPrefix = "sk_test_";
constexpr std::string_view kLivePrefix = "sk_live_";
// 256 bits in base64url; keys that operators bring must not be much weaker.
constexpr std::size_t kSecretKeyBytes = 32;
constexpr std::size_t kShortestSecretKey = 24;

bool is_live(const Secret& key) {
  return key.expose().starts_with(kLivePrefix);
}

Done check_form(const Secret& key) {
  const auto text = key.expose();
  const bool known_kind = text.starts_with(kTestPrefix) || text.starts_with(kLivePrefix);
  if (!known_kind || text.size() < kShortestSecretKey) {
    return refuse(Code::param_invalid, "TENENS_SECRET_KEY",
                  "A secret key begins with sk_test_ or sk_live_ and has at least " +
                      std::to_string(kShortestSecretKey) + " characters.");
  }
  const bool can_be_sent =
      std::all_of(text.begin(), text.end(), [](char c) { return is_printable(c) && c != ' '; });
  if (!can_be_sent) {
    return refuse(
        Code::param_invalid, "TENENS_SECRET_KEY",
        "A secret key is printable ASCII without white space: no client could send this one, which "
        "may have a line's end behind it.");
  }
  return {};
}

Secret make_secret_key(Random& random, bool live) {
  return std::string(live ? kLivePrefix : kTestPrefix) + random_base64url(random, kSecretKeyBytes);
}

SigningKey to_record(const crypto::PrivateKey& key, const InstanceId& instance_id, Instant now,
                     Instant active_from) {
  return {.kid = key.thumbprint(),
          .instance_id = instance_id,
          .private_pem = key.to_pem(),
          .active_from = active_from,
          .created_at = now};
}

User sample_user(IdMint& ids, const InstanceId& instance_id, Instant now, const char* first_name,
                 const char* last_name, const char* address) {
  User user;
  user.id = ids.make<UserId>();
  user.instance_id = instance_id;
  user.first_name = first_name;
  user.last_name = last_name;
  user.emails = {{ids.make<IdentificationId>(), address, now}};
  user.primary_email_id = user.emails.front().id;
  user.created_at = user.updated_at = now;
  return user;
}

/// One way to make the first instance and all that belongs to it.
struct FirstStart {
  WriteTx& tx;
  IdMint& ids;
  Random& random;
  const KeyEncryption& encryption;
  const std::optional<crypto::PrivateKey>& signing_key;
  Instant now;

  Instance make_instance(bool production) {
    Instance instance{.id = ids.make<InstanceId>(),
                      .production = production,
                      .ticket_key = random_bytes(random, 32),
                      .created_at = now};
    tx.insert(encryption.seal(instance, random));
    tx.insert(encryption.seal(to_record(*signing_key, instance.id, now, now), random));
    return instance;
  }

  std::vector<User> make_sample_users(const InstanceId& instance_id) {
    std::vector<User> users{
        sample_user(ids, instance_id, now, "Ada", "Customer", "ada@example.com"),
        sample_user(ids, instance_id, now, "Grace", "Support", "grace@example.com")};
    std::string taken;
    for (const auto& user : users) tx.insert(user, taken);
    return users;
  }
};

}  // namespace

Result<SetupOutcome> prepare(Store& store, const Clock& clock, Random& random,
                             const SetupOptions& options) {
  if (options.secret_key) {
    if (const auto checked = check_form(*options.secret_key); !checked) {
      return tl::unexpected(checked.error());
    }
  }
  const auto present = read_from(store, [](ReadTx& tx) { return tx.instances(); });
  if (!present) return tl::unexpected(present.error());
  // Made before the write, which holds what other nodes wait for: it takes up to a second.
  std::optional<crypto::PrivateKey> signing_key;
  if (present->empty()) signing_key = crypto::PrivateKey::generate(options.jwt_algorithm);

  IdMint ids(clock, random);
  const auto now = clock.now();
  return write_to(store, [&](WriteTx& tx) -> Result<SetupOutcome> {
    SetupOutcome outcome;
    const auto instances = tx.instances();
    const auto encrypted = encrypt_keys(tx, options.encryption, random, false);
    if (!encrypted) return tl::unexpected(encrypted.error());
    outcome.encrypted_keys = *encrypted;
    const bool fresh = instances.empty();
    if (fresh && !signing_key) return refuse(Code::unavailable, {}, "the instance has vanished");
    const bool live = options.secret_key ? is_live(*options.secret_key) : !options.development;
    FirstStart first{tx, ids, random, options.encryption, signing_key, now};
    const auto instance = fresh ? first.make_instance(live) : instances.front();
    if (fresh && options.development) outcome.sample_users = first.make_sample_users(instance.id);

    if (options.secret_key && is_live(*options.secret_key) != instance.production) {
      return refuse(Code::param_invalid, "TENENS_SECRET_KEY",
                    std::string("This database belongs to a ") +
                        (instance.production ? "production instance (sk_live_)."
                                             : "development instance (sk_test_)."));
    }
    if (!options.secret_key && !fresh) return outcome;
    auto key = options.secret_key ? *options.secret_key : make_secret_key(random, live);
    const auto digest = crypto::sha256(key.expose());
    const auto known = tx.secret_keys();
    if (known.size() == 1 && known.front().digest == digest) return outcome;
    // The key that the operator names is the key: an earlier one must not keep working.
    tx.remove_secret_keys(instance.id);
    const SecretKey record{ids.make<SecretKeyId>(), instance.id, digest, now};
    tx.insert(record);
    if (!known.empty()) {
      auto event = audit::operators(AuditAction::secret_key_replaced, instance.id, now, "tenensd");
      event.key_id = record.id;
      tx.append(event);
    }
    if (!options.secret_key) outcome.new_secret_key = std::move(key);
    return outcome;
  });
}

Result<std::vector<RotatedKey>> rotate_signing_keys(
    Store& store, const Clock& clock, Random& random, const KeyEncryption& encryption,
    std::optional<crypto::SignatureAlgorithm> algorithm, seconds publish_ahead,
    seconds longest_token, const std::string& by) {
  const auto now = clock.now();
  const auto active_from = now + publish_ahead;
  const auto present = Keyring::load(store, encryption);
  if (!present) return tl::unexpected(present.error());
  std::vector<SigningKey> made;  // before the write, as at the first start
  std::vector<RotatedKey> rotated;
  for (const auto& instance : (*present)->instances()) {
    const auto next = algorithm.value_or((*present)->algorithm(instance.id));
    made.push_back(to_record(crypto::PrivateKey::generate(next), instance.id, now, active_from));
    rotated.push_back({made.back().kid, next, active_from});
  }
  const auto committed = store.write([&](WriteTx& tx) -> Done {
    // First, so that no key is made that the servers cannot open.
    if (auto done = encrypt_keys(tx, encryption, random, false); !done) {
      return tl::unexpected(done.error());
    }
    for (const auto& key : tx.signing_keys()) {
      // The last rotation wins: one that was to sign later never does.
      const bool never_signs = key.active_from >= active_from && key.active_from > now;
      if (never_signs) {
        tx.retire_signing_key(key.kid, now);
      } else if (!key.retired_at) {
        tx.retire_signing_key(key.kid, active_from + longest_token);
      }
    }
    for (const auto& key : made) {
      tx.insert(encryption.seal(key, random));
      tx.append(
          audit::operators(AuditAction::signing_key_rotated, key.instance_id, now, by,
                           key.kid + " signs in " + std::to_string(publish_ahead.count()) + " s"));
    }
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  return rotated;
}

std::string publishable_key(const Instance& instance, std::string_view frontend_host) {
  // Clerk's SDKs accept the key with or without padding; the documented keys have none.
  auto host = to_base64(std::string(frontend_host) + "$");
  host.erase(host.find_last_not_of('=') + 1);
  return (instance.production ? "pk_live_" : "pk_test_") + host;
}

}  // namespace tenens
