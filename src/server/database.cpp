#include "server/database.hpp"

#include "core/audit_events.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace tenens::server {
namespace {

constexpr int kOldestTestedPostgres = 15;
constexpr seconds kBearable{5};

std::string standby_text(const store::ClusterPromise& promise) {
  if (!promise.waits_for_standby) return "no synchronous standby";
  if (!promise.sync_standbys) return "waits for a synchronous standby (may not look which)";
  return "waits for a synchronous standby (" + std::to_string(*promise.sync_standbys) +
         " connected)";
}

std::string_view token_of(const AuditEvent& act) {
  if (act.actor_token_id) return act.actor_token_id->text;
  if (act.sign_in_token_id) return act.sign_in_token_id->text;
  return act.session_id ? std::string_view(act.session_id->text) : std::string_view();
}

std::string promise_text(const store::ClusterPromise& promise) {
  std::string text = "  database         postgresql://" + promise.place + "\n  cluster          " +
                     "PostgreSQL " + promise.server_version +
                     ", synchronous_commit=" + promise.synchronous_commit + ", " +
                     standby_text(promise) + ", schema " + std::to_string(promise.schema_version) +
                     (promise.schema_version > promise.known_schema_version
                          ? ", one newer than this version's, made to be used by both\n"
                          : "\n");
  if (promise.server_major < kOldestTestedPostgres) {
    text += "  WARNING          tested with PostgreSQL 15; this one is older\n";
  }
  if (!promise.durable_on_server) {
    text += "  WARNING          fsync=off: a power cut can undo what was acknowledged\n";
  }
  return text;
}

/// Verifiers refuse a JWT from the future; Clerk's allow five seconds.
std::string clock_text(milliseconds ahead) {
  if (ahead < kBearable) return "";
  return "  WARNING          this machine's clock is " + std::to_string(ahead / seconds(1)) +
         " s behind the time this database has seen; time goes on at half speed until it has"
         " caught up. If the database is wrong: tenensd recover\n";
}

}  // namespace

Database::Database(const Config& config) : log_(config.log_level, system_clock_) {
  if (config.postgres_url) {
    open_postgres(config);
  } else {
    open_sqlite(config);
  }
}

void Database::open_sqlite(const Config& config) {
  auto store = store::open_sqlite(
      {.path = config.database_path,
       // One for each thread that may ask, which are those of long reads, the loops, housekeeping's
       // and the checkpoints': nobody waits for another's read.
       .readers = std::size_t{config.workers} + config.threads + 2,
       .may_be_new = config.command == Command::serve,
       .begin_anew = config.command == Command::recover});
  clock_ = &store->clock();
  announcement_ =
      "  database         sqlite:" + config.database_path + '\n' + clock_text(store->ahead());
  store_ = std::move(store);
}

void Database::open_postgres(const Config& config) {
  auto store = store::open_postgres(
      {.url = std::string(config.postgres_url->expose()),
       .require_sync_standby = config.require_sync_standby,
       .may_be_new = config.command == Command::serve,
       .readers = config.workers,
       .on_unknown_outcome = [this](const AuditEvent& act) {
         log_.write(LogLevel::warning, "outcome_unknown",
                    {{Field::code, to_text(act.action)}, {Field::id, token_of(act)}});
       }});
  clock_ = &store->clock();
  announcement_ = promise_text(store->promise());
  store_ = std::move(store);
}

}  // namespace tenens::server
