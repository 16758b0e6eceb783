#include <filesystem>

#include "store/examination.hpp"
#include "store/schema/sqlite_migrations.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/high_water.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {
namespace {

using Level = Finding::Level;

constexpr int kMostReported = 5;  // damaged places

void examine_pages(Db& db, Examination& examination) {
  auto query = db.query_once("PRAGMA integrity_check(" + std::to_string(kMostReported) + ")");
  std::string said;
  while (query.step()) said.append(said.empty() ? "" : "; ").append(query.text());
  if (said == "ok") {
    examination.add(Level::fine, "integrity", "every page and index is sound");
  } else {
    examination.add(Level::wrong, "integrity", said);
  }
}

void read_records(Db& db, Examination& examination) {
  Shared shared;
  SqliteTx tx(db, shared);
  examination.instances = tx.instances();
  examination.secret_keys = tx.secret_keys();
  examination.signing_keys = tx.signing_keys();
  const auto last = db.integer("SELECT coalesce(max(at), 0) FROM audit_events");
  if (last > 0) examination.last_act = from_unix_ms(last);
  examination.has_records = true;
}

/// False if its tables cannot be asked.
bool examine_version(Db& db, const std::string& path, Examination& examination) {
  try {
    const auto known = kSqliteMigrations.size();
    const auto version = static_cast<std::size_t>(check_version(db, path, known));
    if (version == known) {
      examination.add(Level::fine, "schema", "version " + std::to_string(version));
      return true;
    }
    examination.add(Level::warning, "schema",
                    "version " + std::to_string(version) + ", this tenensd speaks " +
                        std::to_string(known) + " and will bring it up to date at its start");
  } catch (const SqliteError&) {
    throw;
  } catch (const StoreError& error) {
    examination.add(Level::wrong, "schema", error.what());
  }
  return false;
}

void examine_high_water(Db& db, const std::string& path, Examination& examination) {
  try {
    refuse_misfit(db, path, HighWaterFile(path + ".high-water"));
    examination.add(Level::fine, "high_water", "it is no older than what was acknowledged here");
  } catch (const StoreError& error) {
    examination.add(Level::wrong, "high_water", error.what());
  }
}

void examine_contents(Db& db, const std::string& path, Examination& examination) {
  // First: of a file that is no database it says so.
  if (!examine_version(db, path, examination)) return;
  db.execute("BEGIN");
  examine_pages(db, examination);
  examine_high_water(db, path, examination);
  read_records(db, examination);
  examine_consistency(examination, [&](std::string_view sql) { return db.integer(sql); });
}

}  // namespace

Examination examine_sqlite(const std::string& named) {
  Examination examination;
  try {
    const auto path = canonical_path(named);
    if (!std::filesystem::exists(path)) {
      examination.add(Level::wrong, "reachable", path + " does not exist");
      return examination;
    }
    try {
      refuse_loose_files(path);
      examination.add(Level::fine, "file_mode", "only its owner can read it");
    } catch (const StoreError& error) {
      examination.add(Level::wrong, "file_mode", error.what());
    }
    const LookingLock lock(path);
    const auto db = open_to_look(path, lock.in_use());
    examination.add(
        Level::fine, "reachable",
        path + (lock.in_use() ? ", a tenensd has it open" : ", no tenensd has it open"));
    examine_contents(*db, path, examination);
  } catch (const StoreError& error) {
    examination.add(Level::wrong, "reachable", named + ": " + error.what());
  }
  return examination;
}

void look_at_sqlite(const std::string& named, const std::function<void(ReadTx&)>& work) {
  try {
    const auto path = canonical_path(named);
    if (!std::filesystem::exists(path)) throw StoreError(path + " does not exist");
    const LookingLock lock(path);
    const auto db = open_to_look(path, lock.in_use());
    const auto version = check_version(*db, path, kSqliteMigrations.size());
    if (version < static_cast<std::int64_t>(kSqliteMigrations.size())) {
      throw StoreError(path + kOfAnEarlierVersion);
    }
    db->execute("BEGIN");
    Shared shared;
    SqliteTx tx(*db, shared);
    work(tx);
  } catch (const SqliteError& error) {
    throw StoreError(named + ": " + error.what());
  }
}

}  // namespace tenens::store
