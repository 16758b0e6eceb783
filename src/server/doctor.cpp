#include "server/doctor.hpp"

#include <algorithm>

#include "server/findings.hpp"
#include "store/examination.hpp"

namespace tenens::server {
namespace {

using store::Examination;
using Level = store::Finding::Level;

// Decisions are by the database's clock; this is about what people read in two logs.
constexpr auto kSkew = seconds(5);

/// Empty if the key is what its record says.
std::string trouble_of(const SigningKey& stored, const KeyEncryption& encryption) {
  const auto key = encryption.open_key(stored);
  if (!key) return key.error().detail;
  return key->thumbprint() == stored.kid
             ? ""
             : "The signing key " + stored.kid + " is not the one that its kid names.";
}

void examine_encryption(const KeyEncryption& encryption, Examination& examination) {
  std::size_t clear = 0;
  std::size_t earlier = 0;
  const auto look = [&](const Secret& stored) {
    const auto form = encryption.form_of(stored);
    if (form == KeyEncryption::Form::clear) ++clear;
    if (form == KeyEncryption::Form::earlier) ++earlier;
  };
  for (const auto& instance : examination.instances) look(instance.ticket_key);
  for (const auto& key : examination.signing_keys) look(key.private_pem);
  if (clear > 0) {
    examination.add(Level::warning, "encryption",
                    std::to_string(clear) +
                        " keys are stored clear: who reads the database can"
                        " sign (--encryption-key-file)");
  } else if (earlier > 0 && encryption.is_on()) {
    examination.add(Level::warning, "encryption",
                    std::to_string(earlier) +
                        " keys are not encrypted by the first key given:"
                        " tenensd keys reencrypt");
  } else if (encryption.is_on()) {
    examination.add(Level::fine, "encryption", "every key is encrypted by the key given");
  }
}

void examine_instance(const Instance& instance, const KeyEncryption& encryption, Instant now,
                      Examination& examination) {
  const auto add_wrong = [&](const std::string& text) {
    examination.add(Level::wrong, "keys", text);
  };
  if (const auto opened = encryption.open(instance); !opened) {
    // Every further key would say the same.
    return add_wrong("the ticket key of " + instance.id.text + ": " + opened.error().detail);
  }
  bool signs = false;
  for (const auto& key : examination.signing_keys) {
    if (key.instance_id != instance.id) continue;
    const bool retired = key.retired_at && *key.retired_at <= now;
    if (retired) continue;
    if (auto trouble = trouble_of(key, encryption); !trouble.empty()) {
      add_wrong(trouble);
    } else if (key.active_from <= now) {
      signs = true;
    }
  }
  if (!signs) return add_wrong(instance.id.text + " has no key that signs now");
  const bool has_secret =
      std::any_of(examination.secret_keys.begin(), examination.secret_keys.end(),
                  [&](const SecretKey& key) { return key.instance_id == instance.id; });
  if (!has_secret) return add_wrong(instance.id.text + " has no secret key");
  examination.add(Level::fine, "keys", instance.id.text + " has what it needs to sign");
}

void examine_keys(const KeyEncryption& encryption, Instant now, Examination& examination) {
  if (!examination.has_records) return;
  if (examination.instances.empty()) {
    examination.add(Level::warning, "keys", "no instance yet: no tenensd has started on it");
    return;
  }
  for (const auto& instance : examination.instances) {
    examine_instance(instance, encryption, now, examination);
  }
  examine_encryption(encryption, examination);
}

void examine_clocks(Instant now, Examination& examination) {
  if (examination.clock_ahead) {
    const auto ahead = *examination.clock_ahead;
    const bool apart = std::chrono::abs(ahead) > kSkew;
    examination.add(
        apart ? Level::warning : Level::fine, "clock",
        "the database's clock is " + std::to_string(ahead.count()) + " ms ahead of this machine's");
  }
  if (examination.last_act && *examination.last_act > now + kSkew) {
    examination.add(Level::warning, "clock",
                    "the newest audit event is of the future: this machine's clock was set back,"
                    " or far ahead before");
  }
}

}  // namespace

int doctor(const Config& config) {
  auto examination = config.postgres_url
                         ? store::examine_postgres(std::string(config.postgres_url->expose()),
                                                   config.require_sync_standby)
                         : store::examine_sqlite(config.database_path);
  const auto now = SystemClock().now();
  examine_clocks(now, examination);
  examine_keys(config.encryption, now + examination.clock_ahead.value_or(milliseconds(0)),
               examination);
  return print_findings(std::move(examination.findings), config.json);
}

}  // namespace tenens::server
