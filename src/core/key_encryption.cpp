#include "core/key_encryption.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/hex.hpp"

namespace tenens {
namespace {

// A clear PEM begins with dashes, and a clear ticket key has 32 bytes: neither looks like this.
constexpr std::string_view kMark{"tenens\0\1", 8};
constexpr std::size_t kHead = kMark.size() + crypto::EncryptionKey::kIdBytes;

constexpr const char* kSetting = "--encryption-key-file";

bool is_sealed(std::string_view stored) {
  return stored.size() > kHead && stored.starts_with(kMark);
}

std::string_view key_id(std::string_view stored) {
  return stored.substr(kMark.size(), crypto::EncryptionKey::kIdBytes);
}

// The context has one form for ever: what was encrypted with it has to be opened with it.
std::string context_of(const Instance& instance) {
  return "ticket_key/" + instance.id.text;
}
std::string context_of(const SigningKey& key) {
  return "signing_key/" + key.instance_id.text + "/" + key.kid;
}

}  // namespace

Result<KeyEncryption> KeyEncryption::from_text(const Secret& text) {
  constexpr std::string_view kSpace = " \t\r\n";
  KeyEncryption encryption;
  auto rest = text.expose();
  for (auto at = rest.find_first_not_of(kSpace); at != std::string_view::npos;
       at = rest.find_first_not_of(kSpace)) {
    rest.remove_prefix(at);
    const auto word = rest.substr(0, rest.find_first_of(kSpace));
    rest.remove_prefix(word.size());
    auto bytes = parse_hex(word);
    if (!bytes || bytes->size() != crypto::EncryptionKey::kBytes) {
      return refuse(Code::param_invalid, kSetting,
                    "An encryption key has 64 hexadecimal digits (openssl rand -hex 32).");
    }
    encryption.keys_.emplace_back(*std::move(bytes));
  }
  if (!encryption.is_on()) return refuse(Code::param_invalid, kSetting, "There is no key in it.");
  return encryption;
}

KeyEncryption::Form KeyEncryption::form_of(const Secret& stored) const {
  const auto text = stored.expose();
  if (!is_sealed(text)) return Form::clear;
  return is_on() && key_id(text) == keys_.front().id() ? Form::current : Form::earlier;
}

std::string KeyEncryption::key_name(const Secret& stored) {
  return is_sealed(stored.expose()) ? to_hex(key_id(stored.expose())) : "";
}

Result<Secret> KeyEncryption::open(const Secret& stored, const std::string& context) const {
  const auto text = stored.expose();
  if (!is_sealed(text)) return stored;
  const auto by = key_name(stored);
  if (!is_on()) {
    return refuse(Code::param_invalid, kSetting,
                  "The keys in this database are encrypted with the key " + by +
                      ": name the file that holds it, or set TENENS_ENCRYPTION_KEY.");
  }
  const auto key = std::find_if(keys_.begin(), keys_.end(),
                                [&](const auto& known) { return known.id() == key_id(text); });
  if (key == keys_.end()) {
    return refuse(Code::param_invalid, kSetting,
                  "The keys in this database are encrypted with the key " + by +
                      ", which is not the one given (" + to_hex(keys_.front().id()) + ").");
  }
  auto opened = key->open(text.substr(kHead), context);
  if (!opened) {
    return refuse(
        Code::param_invalid, kSetting,
        "The database holds an encrypted key that was changed or moved: " + context + ".");
  }
  return *std::move(opened);
}

Secret KeyEncryption::seal(const Secret& clear, const std::string& context, Random& random) const {
  if (!is_on()) return clear;
  const auto& key = keys_.front();
  return std::string(kMark) + key.id() + key.seal(clear.expose(), context, random);
}

Result<Instance> KeyEncryption::open(Instance stored) const {
  auto opened = open(stored.ticket_key, context_of(stored));
  if (!opened) return tl::unexpected(opened.error());
  stored.ticket_key = *std::move(opened);
  return stored;
}

Result<SigningKey> KeyEncryption::open(SigningKey stored) const {
  auto opened = open(stored.private_pem, context_of(stored));
  if (!opened) return tl::unexpected(opened.error());
  stored.private_pem = *std::move(opened);
  return stored;
}

Result<crypto::PrivateKey> KeyEncryption::open_key(const SigningKey& stored) const {
  const auto opened = open(stored);
  if (!opened) return tl::unexpected(opened.error());
  try {
    return crypto::PrivateKey::from_pem(opened->private_pem);
  } catch (const std::runtime_error&) {
    return refuse(Code::param_invalid, {},
                  "The signing key " + stored.kid + " is not one of RSA or P-256.");
  }
}

Instance KeyEncryption::seal(Instance clear, Random& random) const {
  clear.ticket_key = seal(clear.ticket_key, context_of(clear), random);
  return clear;
}

SigningKey KeyEncryption::seal(SigningKey clear, Random& random) const {
  clear.private_pem = seal(clear.private_pem, context_of(clear), random);
  return clear;
}

namespace {

const Secret& stored_in(const Instance& instance) {
  return instance.ticket_key;
}
const Secret& stored_in(const SigningKey& key) {
  return key.private_pem;
}

/// Adds to `changed` what has to be stored anew.
template <class Record>
Done choose(const std::vector<Record>& records, const KeyEncryption& encryption, Random& random,
            bool all, std::vector<Record>& changed) {
  for (const auto& record : records) {
    auto clear = encryption.open(record);
    if (!clear) return tl::unexpected(clear.error());
    const auto form = encryption.form_of(stored_in(record));
    const bool due =
        form == KeyEncryption::Form::clear || (all && form == KeyEncryption::Form::earlier);
    if (encryption.is_on() && due) changed.push_back(encryption.seal(*std::move(clear), random));
  }
  return {};
}

}  // namespace

Result<EncryptedKeys> encrypt_keys(WriteTx& tx, const KeyEncryption& encryption, Random& random,
                                   bool all) {
  std::vector<Instance> instances;
  std::vector<SigningKey> keys;
  if (const auto done = choose(tx.instances(), encryption, random, all, instances); !done) {
    return tl::unexpected(done.error());
  }
  if (const auto done = choose(tx.signing_keys(), encryption, random, all, keys); !done) {
    return tl::unexpected(done.error());
  }
  for (const auto& instance : instances) tx.update_ticket_key(instance);
  for (const auto& key : keys) tx.update_private_pem(key);
  return instances.size() + keys.size();
}

}  // namespace tenens
