#include "store/transfer/postgres_target.hpp"

#include <algorithm>

#include "store/postgres/cluster.hpp"
#include "store/postgres/migrate.hpp"
#include "store/schema/postgres_migrations.hpp"

namespace tenens::store::transfer {
namespace {

using postgres::Connection;

constexpr std::size_t kPage = 1000;                        // rows that are read at once
constexpr auto kStatementTime = std::chrono::seconds(60);  // the longest that one may take

void allow_time(Connection& connection) {
  connection.set_deadline(std::chrono::steady_clock::now() + kStatementTime);
}

void put(postgres::Query& query, const Column& column, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    if (column.type == "boolean") return query.bind_bool(*number != 0);
    return query.bind_integer(*number);
  }
  if (const auto* text = std::get_if<std::string>(&cell)) return query.bind_text(*text);
  if (const auto* blob = std::get_if<Blob>(&cell)) {
    return query.bind_blob(
        {reinterpret_cast<const std::uint8_t*>(blob->bytes.data()), blob->bytes.size()});
  }
  query.bind_null();
}

Cell take(postgres::Query& query, const Column& column) {
  if (query.next_is_null()) {
    query.skip();
    return {};
  }
  if (column.type == "boolean") return std::int64_t{query.boolean()};
  if (column.type == "bigint") return query.integer();
  if (column.type == "text") return std::string(query.text());
  const auto bytes = query.blob();
  return Blob{{bytes.begin(), bytes.end()}};
}

std::string marks(const std::vector<const Column*>& columns, std::size_t& next) {
  std::string list;
  for (const auto* column : columns) {
    list += (list.empty() ? "$" : ", $") + std::to_string(++next) + "::" + column->type;
  }
  return list;
}

bool has_marker(Connection& connection) {
  return connection.integer("SELECT count(to_regclass('tenens_migration'))") > 0;
}

}  // namespace

PostgresTarget::PostgresTarget(const std::string& url) : connection_(url) {
  postgres::insist_on_utf8(connection_);
  postgres::migrate(connection_, kPostgresMigrations);
  allow_time(connection_);
  postgres::insist_on_durable_commits(connection_);
  read_catalogue();
}

void PostgresTarget::read_catalogue() {
  auto columns = connection_.query_once(
      "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns"
      " WHERE table_schema = current_schema()"
      // Not the views of extensions.
      " AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = current_schema())"
      " AND table_name NOT IN ('tenens_schema', 'tenens_migration', 'audit_counters')"
      " ORDER BY table_name, ordinal_position");
  while (columns.step()) {
    const auto table = columns.text();
    if (tables_.empty() || tables_.back().name != table)
      tables_.push_back({std::string(table), {}, {}});
    const auto name = columns.text();
    const auto type = columns.text();
    tables_.back().columns.push_back({std::string(name), std::string(type)});
  }
  auto keys = connection_.query_once(
      "SELECT c.relname::text, a.attname::text FROM pg_index i"
      " JOIN pg_class c ON c.oid = i.indrelid"
      " JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, position) ON true"
      " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum"
      " WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace"
      " ORDER BY 1, k.position");
  while (keys.step()) {
    const auto name = keys.text();
    const auto column = keys.text();
    for (auto& table : tables_) {
      if (table.name != name) continue;
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].name == column) table.key.push_back(i);
      }
    }
  }
}

void PostgresTarget::require_empty() {
  for (const auto& table : tables_) {
    if (connection_.integer("SELECT count(*) FROM (SELECT 1 FROM " + table.name + " LIMIT 1) x") >
        0) {
      throw StoreError("the target holds data already (table " + table.name +
                       "), and not of a migration that was interrupted: give it an empty database");
    }
  }
}

PostgresTarget::State PostgresTarget::claim(const crypto::Sha256& source) {
  connection_.begin("BEGIN");
  // Two that start at once: one of them claims, the other one finds the claim.
  connection_.execute("LOCK TABLE tenens_schema IN SHARE ROW EXCLUSIVE MODE");
  if (!has_marker(connection_)) {
    require_empty();
    connection_.execute(
        "CREATE TABLE tenens_migration (source_digest BYTEA NOT NULL,"
        " started_at TIMESTAMPTZ NOT NULL DEFAULT now(), finished_at TIMESTAMPTZ)");
    auto insert =
        connection_.query_once("INSERT INTO tenens_migration (source_digest) VALUES ($1)");
    insert.bind_blob(source);
    insert.run();
    commit("the claim of the target");
    return State::begun;
  }
  auto query =
      connection_.query_once("SELECT source_digest, finished_at IS NOT NULL FROM tenens_migration");
  if (!query.step()) throw StoreError("the target's migration is damaged: its record is gone");
  const auto bytes = query.blob();
  const bool same = std::equal(bytes.begin(), bytes.end(), source.begin(), source.end());
  const bool complete = query.boolean();
  connection_.roll_back();
  if (!same) {
    throw StoreError(
        complete ? "the target holds data already: a migration of another state was completed there"
                 : "the target holds an unfinished migration of another database, or of this one as"
                   " it was before it changed: give it an empty database");
  }
  return complete ? State::complete : State::resumed;
}

void PostgresTarget::begin_batch() {
  allow_time(connection_);
  connection_.begin("BEGIN");
  // Two runs into one target take turns.
  connection_.execute("SELECT 1 FROM tenens_migration FOR UPDATE");
}

void PostgresTarget::end_batch() {
  commit("a batch of rows");
}

void PostgresTarget::commit(const char* what) {
  if (connection_.commit() != Connection::Committed::yes) {
    throw StoreError(std::string("the target did not confirm ") + what +
                     ": run the same command again, it goes on from there");
  }
}

std::optional<Row> PostgresTarget::last_key(const Table& table) {
  // Rows arrive in the order of their key, so what is there is all up to the last.
  auto query = connection_.query("SELECT " + table.key_list() + " FROM " + table.name +
                                 " ORDER BY " + table.key_list(" DESC") + " LIMIT 1");
  if (!query.step()) return std::nullopt;
  Row key;
  for (const auto at : table.key) key.push_back(take(query, table.columns[at]));
  return key;
}

void PostgresTarget::insert(const Table& table, const std::vector<Row>& rows) {
  std::vector<const Column*> columns;
  for (const auto& column : table.columns) columns.push_back(&column);
  std::string sql = "INSERT INTO " + table.name + " (" + table.column_list() + ") VALUES ";
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sql += (i == 0 ? "(" : ", (") + marks(columns, next) + ")";
  }
  auto query = connection_.query_once(sql);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) put(query, table.columns[i], row[i]);
  }
  try {
    query.run();
  } catch (const postgres::PostgresError& error) {
    if (error.sqlstate().empty()) throw;
    throw StoreError("the target does not take the rows of " + table.name + ": " + error.what());
  }
}

std::int64_t PostgresTarget::count(const Table& table) {
  allow_time(connection_);
  return connection_.integer("SELECT count(*) FROM " + table.name);
}

std::vector<Row> PostgresTarget::rows_after(const Table& table, const std::optional<Row>& last) {
  std::vector<const Column*> key;
  for (const auto at : table.key) key.push_back(&table.columns[at]);
  std::size_t next = 0;
  auto sql = "SELECT " + table.column_list() + " FROM " + table.name;
  if (last) sql += " WHERE (" + table.key_list() + ") > (" + marks(key, next) + ")";
  sql += " ORDER BY " + table.key_list() + " LIMIT " + std::to_string(kPage);
  auto query = connection_.query(sql);
  for (std::size_t i = 0; last && i < last->size(); ++i) put(query, *key[i], (*last)[i]);
  std::vector<Row> rows;
  while (query.step()) {
    auto& row = rows.emplace_back();
    for (const auto& column : table.columns) row.push_back(take(query, column));
  }
  return rows;
}

Digester PostgresTarget::digest(const Table& table) {
  Digester digester;
  std::optional<Row> last;
  for (;;) {
    allow_time(connection_);
    const auto rows = rows_after(table, last);
    for (const auto& row : rows) digester.add(row);
    if (rows.size() < kPage) return digester;
    last = table.key_of(rows.back());
  }
}

void PostgresTarget::finish() {
  begin_batch();
  // What is counted in a table of its own here, and by max(sequence) in a file.
  connection_.execute(
      "INSERT INTO audit_counters (instance_id, last_sequence)"
      " SELECT instance_id, max(sequence) FROM audit_events GROUP BY instance_id"
      " ON CONFLICT (instance_id) DO UPDATE SET last_sequence = excluded.last_sequence");
  connection_.execute("UPDATE tenens_migration SET finished_at = now()");
  commit("the end of the migration");
}

void refuse_unfinished(Connection& connection) {
  if (!has_marker(connection)) return;
  if (connection.integer("SELECT count(*) FROM tenens_migration WHERE finished_at IS NULL") > 0) {
    throw StoreError(
        "the database is the target of a migration that has not ended: run `tenensd migrate` again,"
        " it goes on from where it stopped");
  }
}

}  // namespace tenens::store::transfer
