#include "store/postgres/cluster.hpp"

#include "store/postgres/migrate.hpp"

namespace tenens::store::postgres {

ClusterPromise promise_of(Connection& connection) {
  ClusterPromise promise;
  promise.place = connection.place();
  promise.server_version = connection.text("SELECT current_setting('server_version')");
  promise.server_major = connection.server_version() / 10000;
  promise.synchronous_commit = connection.text("SELECT current_setting('synchronous_commit')");
  promise.durable_on_server = connection.text("SELECT current_setting('fsync')") == "on";
  promise.waits_for_standby =
      (promise.synchronous_commit == "on" || promise.synchronous_commit == "remote_apply") &&
      !connection.text("SELECT current_setting('synchronous_standby_names')").empty();
  // Who may not look sees rows without a state.
  auto query = connection.query_once(
      "SELECT count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')),"
      " pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') FROM pg_stat_replication");
  if (query.step()) {
    const auto standbys = query.integer();
    if (query.boolean()) promise.sync_standbys = standbys;
  }
  promise.schema_version = schema_version(connection);
  promise.known_schema_version = kPostgresMigrations.size();
  return promise;
}

std::int64_t timeline_of(Connection& connection) {
  try {
    return connection.integer(
        "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint");
  } catch (const PostgresError&) {
    // Engines that only speak the protocol have none.
    if (connection.is_lost()) throw;
    return 0;
  }
}

void require_sync_standby(const ClusterPromise& promise) {
  if (!promise.waits_for_standby) {
    throw StoreError(
        "--require-sync-standby: " + promise.place +
        " acknowledges commits without a second host: synchronous_standby_names is empty, or"
        " synchronous_commit is neither on nor remote_apply");
  }
  if (promise.sync_standbys && *promise.sync_standbys == 0) {
    throw StoreError("--require-sync-standby: no synchronous standby is connected to " +
                     promise.place);
  }
}

void insist_on_durable_commits(Connection& connection) {
  if (connection.text("SELECT current_setting('synchronous_commit')") == "off") {
    connection.execute("SET synchronous_commit = on");
  }
}

void insist_on_utf8(Connection& connection) {
  const auto encoding = connection.text("SELECT current_setting('server_encoding')");
  if (encoding == "UTF8") return;
  throw StoreError("the database's encoding is " + encoding +
                   ", which cannot hold every name; make one with encoding 'UTF8'");
}

}  // namespace tenens::store::postgres
