#include "store/sqlite/migrate.hpp"

namespace tenens::store {
namespace {

constexpr std::int64_t kApplicationId = 0x54454e53;  // "TENS", in the file's header

void refuse_foreign_file(Db& db, const std::string& path, std::int64_t version) {
  const auto application = db.integer("PRAGMA application_id");
  if (application == kApplicationId) return;
  const bool is_new =
      application == 0 && version == 0 && db.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_new) throw StoreError(path + " is a database of another program");
}

void apply(Db& db, std::span<const std::string_view> steps, std::int64_t latest) {
  db.execute("BEGIN IMMEDIATE");
  try {
    for (const auto step : steps) db.execute(step);
    // A pragma takes no parameters; both are numbers of ours.
    db.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    db.execute("PRAGMA user_version = " + std::to_string(latest));
    db.execute("COMMIT");
  } catch (const StoreError&) {
    if (db.in_transaction()) db.execute("ROLLBACK");
    throw;
  }
}

}  // namespace

std::int64_t check_version(Db& db, const std::string& path, std::size_t latest) {
  const auto version = db.integer("PRAGMA user_version");
  refuse_foreign_file(db, path, version);
  if (version < 0 || version > static_cast<std::int64_t>(latest)) {
    throw StoreError(path + " has schema version " + std::to_string(version) +
                     ", this tenensd knows versions up to " + std::to_string(latest) +
                     ": start the version that wrote it, or a newer one");
  }
  return version;
}

void migrate(Db& db, const std::string& path, std::span<const std::string_view> steps) {
  const auto version = check_version(db, path, steps.size());
  const auto latest = static_cast<std::int64_t>(steps.size());
  if (version < latest) apply(db, steps.subspan(static_cast<std::size_t>(version)), latest);
}

}  // namespace tenens::store
