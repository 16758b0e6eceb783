#include "server/keys.hpp"

#include <algorithm>
#include <ctime>
#include <iostream>

#include "core/setup.hpp"
#include "core/transact.hpp"
#include "crypto/random.hpp"
#include "server/database.hpp"
#include "server/fail.hpp"

namespace tenens::server {
namespace {

// A verifier may have fetched the keys just before the new one was published.
constexpr auto kVerifierSlack = std::chrono::minutes(5);
// Servers look every second (key_watch.cpp), and a verifier may hold what it got just before.
constexpr auto kLeastAhead = seconds(3);

std::string iso8601(Instant at) {
  const std::time_t seconds = to_unix_seconds(at);
  std::tm broken_down{};
  gmtime_r(&seconds, &broken_down);
  char text[32];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken_down);
  return {text, length};
}

template <class Work>
int with_database(const Config& config, Work work) {
  try {
    Database database(config);
    return work(database);
  } catch (const StoreError& error) {
    return fail(error.what());
  }
}

std::string_view state_of(const SigningKey& key, Instant now, bool& signer_seen) {
  if (key.retired_at && now >= *key.retired_at) return "retired";
  if (now < key.active_from) return "published, signs later";
  if (signer_seen) return "published, signs no more";
  signer_seen = true;
  return "signs";
}

}  // namespace

int rotate_keys(const Config& config) {
  if (config.postgres_url && config.publish_ahead < kLeastAhead) {
    return fail("--publish-ahead: less than 3s would sign before every server has the key");
  }
  return with_database(config, [&](Database& database) {
    const auto longest_token = config.settings.longest_session() + kVerifierSlack;
    crypto::SystemRandom random;
    const auto rotated =
        rotate_signing_keys(database.store(), database.clock(), random, config.encryption,
                            config.jwt_algorithm, config.publish_ahead, longest_token);
    if (!rotated) return fail("the keys could not be rotated: " + rotated.error().detail);
    if (rotated->empty())
      return fail("this database has no instance yet; start tenensd on it once");
    for (const auto& key : *rotated) {
      std::cout << key.kid << "  signs " << crypto::to_string(key.algorithm) << " from "
                << iso8601(key.active_from) << '\n';
    }
    return 0;
  });
}

int list_keys(const Config& config) {
  return with_database(config, [&](Database& database) {
    auto keys = read_from(database.store(), [](ReadTx& tx) { return tx.signing_keys(); });
    if (!keys) return fail("the keys could not be read: " + keys.error().detail);
    std::sort(keys->begin(), keys->end(), [](const SigningKey& a, const SigningKey& b) {
      return a.active_from > b.active_from;
    });
    const auto now = database.clock().now();
    bool signer_seen = false;
    for (const auto& key : *keys) {
      std::cout << key.kid << "  from " << iso8601(key.active_from) << "  "
                << state_of(key, now, signer_seen) << '\n';
    }
    return 0;
  });
}

int reencrypt_keys(const Config& config) {
  return with_database(config, [&](Database& database) {
    crypto::SystemRandom random;
    const auto encrypted = write_to(database.store(), [&](WriteTx& tx) {
      return encrypt_keys(tx, config.encryption, random, true);
    });
    if (!encrypted) return fail("the keys could not be encrypted: " + encrypted.error().detail);
    std::cout << *encrypted << " keys encrypted anew\n";
    return 0;
  });
}

}  // namespace tenens::server
