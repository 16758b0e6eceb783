#include "store/postgres/migrate.hpp"

#include <thread>

namespace tenens::store::postgres {
namespace {

constexpr auto kMigrationTime = std::chrono::minutes(10);
constexpr int kMostTries = 10;

bool is_new(Connection& connection) {
  return connection.integer("SELECT count(to_regclass('tenens_schema'))") == 0;
}

std::int64_t version_of(Connection& connection) {
  return connection.integer("SELECT coalesce(max(version), 0) FROM tenens_schema");
}

void apply(Connection& connection, std::span<const Migration> steps) {
  connection.begin("BEGIN");
  if (is_new(connection)) {
    connection.execute(
        "CREATE TABLE IF NOT EXISTS tenens_schema"
        " (version BIGINT PRIMARY KEY, expands BOOLEAN NOT NULL DEFAULT false)");
  }
  // One node migrates; the others wait here, and then find nothing left to do.
  connection.execute("LOCK TABLE tenens_schema IN ACCESS EXCLUSIVE MODE");
  connection.execute(
      "ALTER TABLE tenens_schema ADD COLUMN IF NOT EXISTS expands BOOLEAN NOT NULL DEFAULT false");
  const auto version = static_cast<std::size_t>(version_of(connection));
  for (std::size_t done = version; done < steps.size(); ++done) {
    connection.execute(steps[done].sql);
    connection.execute("INSERT INTO tenens_schema (version, expands) VALUES (" +
                       std::to_string(done + 1) + ", " + (steps[done].expands ? "true" : "false") +
                       ")");
  }
  if (connection.commit() != Connection::Committed::yes) {
    throw StoreError("the schema's migration was not committed");
  }
}

/// Two nodes that create the version table at the same moment: the catalogue's own indexes stop
/// one of them.
bool is_collision(const PostgresError& error) {
  const auto& state = error.sqlstate();
  return state == "23505" || state == "42710" || state == "40001" || state == "40P01";
}

}  // namespace

std::int64_t schema_version(Connection& connection) {
  return is_new(connection) ? 0 : version_of(connection);
}

bool speaks(Connection& connection, std::int64_t known, std::int64_t version) {
  if (version <= known) return true;
  if (version > known + 1) return false;
  // As JSON, because the column may be missing.
  return connection.integer(
             "SELECT count(*) FROM tenens_schema s WHERE to_jsonb(s) ->> 'expands' = 'true'"
             " AND version = " +
             std::to_string(version)) > 0;
}

void migrate(Connection& connection, std::span<const Migration> steps) {
  connection.set_deadline(std::chrono::steady_clock::now() + kMigrationTime);
  // Already the version's table may be another node's for as long as its steps take.
  connection.execute("SET statement_timeout = 0");
  const auto version = schema_version(connection);
  const auto latest = static_cast<std::int64_t>(steps.size());
  if (!speaks(connection, latest, version)) {
    throw StoreError("the database has schema version " + std::to_string(version) +
                     ", this tenensd knows versions up to " + std::to_string(latest) +
                     ": start the version that wrote it, or a newer one");
  }
  for (int attempt = 1; version < latest; ++attempt) {
    try {
      apply(connection, steps);
      return;
    } catch (const PostgresError& error) {
      if (!connection.roll_back()) throw;
      const bool exists = error.sqlstate() == "42P07";
      // Of the version table itself it means that another node has just committed it.
      if (exists && (attempt == kMostTries || is_new(connection))) {
        throw StoreError(std::string("the database holds tables of another program: ") +
                         error.what() + "; give tenensd a database of its own");
      }
      if (attempt == kMostTries || !(exists || is_collision(error))) throw;
      std::this_thread::sleep_for(milliseconds(20));
    }
  }
}

}  // namespace tenens::store::postgres
