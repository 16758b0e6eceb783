#include "store/transfer/sqlite_source.hpp"

#include <algorithm>
#include <filesystem>

#include "store/schema/sqlite_migrations.hpp"
#include "store/sqlite/high_water.hpp"
#include "store/sqlite/migrate.hpp"

namespace tenens::store::transfer {
namespace {

/// Before the lock, which would leave its file behind.
std::string existing(const std::string& path) {
  const auto canonical = canonical_path(path);
  std::error_code error;
  if (!std::filesystem::is_regular_file(canonical, error)) {
    throw StoreError(canonical + " is not a database: there is no such file");
  }
  return canonical;
}

Cell cell_of(Query& query) {
  switch (query.next_type()) {
    case SQLITE_NULL: query.skip(); return {};
    case SQLITE_INTEGER: return query.integer();
    case SQLITE_TEXT: return std::string(query.text());
    default: break;
  }
  const auto bytes = query.blob();
  return Blob{{bytes.begin(), bytes.end()}};
}

Row row_of(Query& query, const Table& table) {
  Row row;
  row.reserve(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) row.push_back(cell_of(query));
  return row;
}

struct Binder {
  Query& query;
  void operator()(std::monostate) const { query.bind_null(); }
  void operator()(std::int64_t number) const { query.bind_integer(number); }
  void operator()(const std::string& text) const { query.bind_text(text); }
  void operator()(const Blob& blob) const {
    query.bind_blob({reinterpret_cast<const std::uint8_t*>(blob.bytes.data()), blob.bytes.size()});
  }
};

void refuse_zero_characters(const Table& table, const Row& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto* text = std::get_if<std::string>(&row[i]);
    if (text != nullptr && text->find('\0') != std::string::npos) {
      const auto* id = std::get_if<std::string>(&row[table.key.back()]);
      throw StoreError(table.name + (id == nullptr ? "" : ", " + *id) + ": " +
                       table.columns[i].name +
                       " holds a zero character, which PostgreSQL cannot; change it first");
    }
  }
}

}  // namespace

SqliteSource::SqliteSource(const std::string& path)
    : path_(existing(path)), lock_(std::make_unique<DatabaseLock>(path_)) {
  try {
    db_ = open_to_look(path_, false);
    const auto version = check_version(*db_, path_, kSqliteMigrations.size());
    const auto known = static_cast<std::int64_t>(kSqliteMigrations.size());
    if (version < known) {
      throw StoreError(path_ + " has schema version " + std::to_string(version) +
                       ", this tenensd speaks " + std::to_string(known) +
                       ": start it on the file once, which brings it up to date");
    }
    refuse_misfit(*db_, path_, HighWaterFile(path_ + ".high-water"));
  } catch (const SqliteError& error) {
    throw StoreError("cannot read " + path_ + ": " + error.what());
  }
}

std::vector<std::string> SqliteSource::table_names() {
  std::vector<std::string> names;
  // The lineage is about this file, not about what it holds.
  auto query = db_->query_once(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
      " ESCAPE '\\' AND name <> 'lineage' ORDER BY name");
  while (query.step()) names.emplace_back(query.text());
  return names;
}

std::vector<std::string> SqliteSource::column_names(const std::string& table) {
  std::vector<std::string> names;
  auto query = db_->query_once("SELECT name FROM pragma_table_info(?) ORDER BY name");
  query.bind_text(table);
  while (query.step()) names.emplace_back(query.text());
  return names;
}

std::vector<Row> SqliteSource::rows_after(const Table& table, const std::optional<Row>& last,
                                          std::size_t limit) {
  std::string sql = "SELECT " + table.column_list() + " FROM " + table.name;
  if (last) {
    std::string marks = "?";
    for (std::size_t i = 1; i < last->size(); ++i) marks += ", ?";
    sql += " WHERE (" + table.key_list() + ") > (" + marks + ")";
  }
  auto query = db_->query(sql + " ORDER BY " + table.key_list() + " LIMIT ?");
  if (last) {
    for (const auto& cell : *last) std::visit(Binder{query}, cell);
  }
  query.bind_integer(static_cast<std::int64_t>(limit));
  std::vector<Row> rows;
  while (query.step()) rows.push_back(row_of(query, table));
  return rows;
}

Digester SqliteSource::digest(const Table& table) {
  Digester digester;
  auto query = db_->query_once("SELECT " + table.column_list() + " FROM " + table.name +
                               " ORDER BY " + table.key_list());
  while (query.step()) {
    const auto row = row_of(query, table);
    refuse_zero_characters(table, row);
    digester.add(row);
  }
  return digester;
}

}  // namespace tenens::store::transfer
