#include "store/examination.hpp"
#include "store/postgres/cluster.hpp"
#include "store/postgres/migrate.hpp"
#include "store/postgres/transaction.hpp"
#include "store/schema/postgres_migrations.hpp"
#include "store/transfer/postgres_target.hpp"

namespace tenens::store {
namespace {

using Level = Finding::Level;
using postgres::Connection;

constexpr auto kTime = std::chrono::minutes(10);
constexpr int kOldestTested = 15;

/// A check that cannot be made is a finding of its own and does not end the others.
template <class Check>
void attempt(Examination& examination, const char* name, Check check) {
  try {
    check();
  } catch (const StoreError& error) {
    examination.add(Level::wrong, name, std::string("cannot be examined: ") + error.what());
  }
}

void examine_cluster(const ClusterPromise& promise, bool require_sync_standby,
                     Examination& examination) {
  examination.add(promise.server_major < kOldestTested ? Level::warning : Level::fine, "version",
                  "PostgreSQL " + promise.server_version +
                      (promise.server_major < kOldestTested ? ", older than the tested 15" : ""));
  examination.add(promise.durable_on_server ? Level::fine : Level::warning, "fsync",
                  promise.durable_on_server
                      ? "on"
                      : "off: a power cut can undo what was acknowledged, and damage the rest");
  examination.add(
      promise.synchronous_commit == "off" ? Level::warning : Level::fine, "synchronous_commit",
      promise.synchronous_commit +
          (promise.synchronous_commit == "off" ? "; tenensd turns it on for itself" : ""));
  try {
    postgres::require_sync_standby(promise);
    examination.add(Level::fine, "sync_standby",
                    promise.sync_standbys
                        ? std::to_string(*promise.sync_standbys) + " connected"
                        : "commits wait for one; who is connected this role may not see"
                          " (pg_read_all_stats)");
  } catch (const StoreError& error) {
    // Without the flag it is the operator's choice; with names set and nobody there, writes wait.
    const bool waits = promise.waits_for_standby;
    examination.add(require_sync_standby || waits ? Level::wrong : Level::fine, "sync_standby",
                    require_sync_standby ? error.what()
                    : waits ? "commits wait for a synchronous standby, and none is connected"
                            : "none: a failover can forget what was acknowledged");
  }
}

/// False if its tables cannot be asked.
bool examine_version(Connection& connection, Examination& examination) {
  const auto version = postgres::schema_version(connection);
  const std::int64_t known = kPostgresMigrations.size();
  const auto text = "version " + std::to_string(version);
  if (version == known) {
    examination.add(Level::fine, "schema", text);
  } else if (version < known) {
    examination.add(Level::warning, "schema",
                    (version == 0 ? "none yet" : text) + ", this tenensd speaks " +
                        std::to_string(known) + " and will bring it up to date at its start");
  } else if (postgres::speaks(connection, known, version)) {
    examination.add(Level::fine, "schema",
                    text + ", one newer than this tenensd's, made to be used by both");
  } else {
    examination.add(Level::wrong, "schema",
                    text + ", this tenensd knows versions up to " + std::to_string(known) +
                        ": use the version that wrote it, or a newer one");
  }
  return version > 0 && postgres::speaks(connection, known, version) && version >= known;
}

void examine_privileges(Connection& connection, Examination& examination) {
  const auto lacking = connection.text(
      "SELECT coalesce(string_agg(c.relname, ', ' ORDER BY c.relname), '') FROM pg_class c"
      " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND NOT ("
      "has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')"
      " AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))");
  const bool may_create =
      connection.integer("SELECT has_schema_privilege(current_schema(), 'CREATE')::int::bigint") ==
      1;
  if (!lacking.empty()) {
    examination.add(Level::wrong, "privileges", "this role may not read and write: " + lacking);
  } else if (!may_create) {
    examination.add(Level::warning, "privileges",
                    "this role may not create tables: the schema's next version cannot be made");
  } else {
    examination.add(Level::fine, "privileges", "this role may read, write and migrate");
  }
}

void read_records(Connection& connection, Examination& examination) {
  postgres::Shared unused;
  postgres::PostgresTx tx(connection, postgres::PostgresTx::Mode::read, unused);
  examination.instances = tx.instances();
  examination.secret_keys = tx.secret_keys();
  examination.signing_keys = tx.signing_keys();
  examination.has_records = true;
}

void examine_counters(Connection& connection, Examination& examination) {
  const auto wrong = connection.integer(
      "SELECT count(*) FROM (SELECT instance_id, max(sequence) AS last FROM audit_events"
      " GROUP BY instance_id) e LEFT JOIN audit_counters c ON c.instance_id = e.instance_id"
      " WHERE c.last_sequence IS DISTINCT FROM e.last");
  examination.add(wrong == 0 ? Level::fine : Level::wrong, "audit_counter",
                  wrong == 0 ? "counts from the last audit event on"
                             : "does not count from the last audit event on");
}

void examine_contents(Connection& connection, Examination& examination) {
  attempt(examination, "privileges", [&] { examine_privileges(connection, examination); });
  attempt(examination, "migration", [&] { transfer::refuse_unfinished(connection); });
  attempt(examination, "keys", [&] { read_records(connection, examination); });
  examine_consistency(examination, [&](std::string_view sql) { return connection.integer(sql); });
  attempt(examination, "audit_counter", [&] { examine_counters(connection, examination); });
}

}  // namespace

Examination examine_postgres(const std::string& url, bool require_sync_standby) {
  Examination examination;
  try {
    const auto place = postgres::printable_place(url);
    try {
      Connection connection(url);
      connection.set_deadline(std::chrono::steady_clock::now() + kTime);
      connection.execute("SET default_transaction_read_only = on; SET statement_timeout = 0");
      const auto asked = SystemClock().now();
      const auto told =
          connection.integer("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
      // It was read somewhere between question and answer: in the middle, as far as we know.
      const auto middle = asked + (SystemClock().now() - asked) / 2;
      examination.clock_ahead = std::chrono::floor<milliseconds>(from_unix_ms(told) - middle);
      examination.add(Level::fine, "reachable", "postgresql://" + connection.place());
      examine_cluster(postgres::promise_of(connection), require_sync_standby, examination);
      attempt(examination, "encoding", [&] {
        postgres::insist_on_utf8(connection);
        examination.add(Level::fine, "encoding", "UTF8");
      });
      if (examine_version(connection, examination)) examine_contents(connection, examination);
    } catch (const StoreError& error) {
      examination.add(Level::wrong, "reachable", place + ": " + error.what());
    }
  } catch (const StoreError& error) {
    examination.add(Level::wrong, "reachable", error.what());
  }
  return examination;
}

void look_at_postgres(const std::string& url, const std::function<void(ReadTx&)>& work) {
  const auto place = postgres::printable_place(url);
  try {
    Connection connection(url);
    connection.set_deadline(std::chrono::steady_clock::now() + kTime);
    connection.execute("SET default_transaction_read_only = on; SET statement_timeout = 0");
    if (postgres::schema_version(connection) <
        static_cast<std::int64_t>(kPostgresMigrations.size())) {
      throw StoreError(place + kOfAnEarlierVersion);
    }
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
    postgres::Shared unused;
    postgres::PostgresTx tx(connection, postgres::PostgresTx::Mode::read, unused);
    work(tx);
  } catch (const postgres::PostgresError& error) {
    throw StoreError(place + ": " + error.what());
  }
}

}  // namespace tenens::store
