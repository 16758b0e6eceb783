// Looking at a database without changing it, for `tenensd doctor`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/store.hpp"

namespace tenens::store {

struct Finding {
  enum class Level { fine, warning, wrong };
  Level level = Level::fine;
  std::string check;  // one word for programs: reachable, schema, audit_sequence, …
  std::string text;   // for people
};

struct Examination {
  std::vector<Finding> findings = {};
  bool has_records = false;  // what follows could be read
  std::vector<Instance> instances = {};
  std::vector<SecretKey> secret_keys = {};
  std::vector<SigningKey> signing_keys = {};
  std::optional<milliseconds> clock_ahead = {};  // the database's of this machine's, if it has one
  std::optional<Instant> last_act = {};          // of the newest audit event

  void add(Finding::Level level, std::string check, std::string text) {
    findings.push_back({level, std::move(check), std::move(text)});
  }
};

/// Never throws for what is wrong with the database: that is a finding.
[[nodiscard]] Examination examine_sqlite(const std::string& path);
[[nodiscard]] Examination examine_postgres(const std::string& url, bool require_sync_standby);

inline constexpr auto kOfAnEarlierVersion =
    " was written by an earlier version: start tenensd on it once";

/// Runs `work` on one committed state of a database that a server may be using; changes nothing.
/// Throws StoreError, also if no tenensd of this version has been started on it yet.
void look_at_sqlite(const std::string& path, const std::function<void(ReadTx&)>& work);
void look_at_postgres(const std::string& url, const std::function<void(ReadTx&)>& work);

/// Whether what belongs together is there together; the same questions for every kind of database.
/// `count` runs a statement that yields one number, and may throw StoreError.
void examine_consistency(Examination& examination,
                         const std::function<std::int64_t(std::string_view)>& count);

}  // namespace tenens::store
