#include "store/transfer/transfer.hpp"

#include <algorithm>

#include "store/transfer/postgres_target.hpp"
#include "store/transfer/sqlite_source.hpp"

namespace tenens::store {
namespace {

using transfer::PostgresTarget;
using transfer::SqliteSource;
using transfer::Table;
using Stage = TransferProgress::Stage;

constexpr std::size_t kBatch = 500;  // rows in a transaction

/// Neither side may have what the other has no place for.
void compare_schemas(SqliteSource& source, const std::vector<Table>& tables) {
  std::vector<std::string> names;
  for (const auto& table : tables) {
    names.push_back(table.name);
    std::vector<std::string> columns;
    for (const auto& column : table.columns) columns.push_back(column.name);
    std::sort(columns.begin(), columns.end());
    if (columns != source.column_names(table.name)) {
      throw StoreError("the table " + table.name + " has other columns in the file than there");
    }
  }
  if (names != source.table_names()) {
    throw StoreError("the file has other tables than the target");
  }
}

class Transfer {
 public:
  explicit Transfer(const TransferOptions& options)
      : options_(options), source_(options.sqlite_path), target_(options.postgres_url) {}

  Transferred run() {
    compare_schemas(source_, target_.tables());
    read_source();
    const auto state = target_.claim(whole_digest());
    result_.resumed = state == PostgresTarget::State::resumed;
    result_.was_complete = state == PostgresTarget::State::complete;
    if (result_.was_complete) return std::move(result_);
    copy();
    verify();
    target_.finish();
    return std::move(result_);
  }

 private:
  void report(Stage stage, const Table& table, std::int64_t rows, std::int64_t of) const {
    options_.on_progress({stage, table.name, rows, of});
  }

  void read_source() {
    for (const auto& table : target_.tables()) {
      report(Stage::reading, table, total_, 0);
      const auto digest = source_.digest(table);
      result_.tables.push_back({table.name, digest.rows(), digest.digest()});
      total_ += digest.rows();
    }
  }

  /// A name for the state of the source.
  [[nodiscard]] crypto::Sha256 whole_digest() const {
    std::string text;
    for (const auto& table : result_.tables) text += crypto::as_bytes(table.digest);
    return crypto::sha256(text);
  }

  void copy() {
    std::int64_t before = 0;
    for (std::size_t i = 0; i < target_.tables().size(); ++i) {
      const auto& table = target_.tables()[i];
      const auto expected = result_.tables[i].rows;
      auto done = result_.resumed ? target_.count(table) : 0;
      report(Stage::copying, table, before + done, total_);
      while (done < expected && target_.fill(table, [&](const std::optional<transfer::Row>& last) {
        auto rows = source_.rows_after(table, last, kBatch);
        done += static_cast<std::int64_t>(rows.size());
        return rows;
      })) {
        report(Stage::copying, table, before + done, total_);
      }
      before += expected;
    }
  }

  void verify() {
    std::int64_t before = 0;
    for (std::size_t i = 0; i < target_.tables().size(); ++i) {
      const auto& table = target_.tables()[i];
      const auto& expected = result_.tables[i];
      report(Stage::verifying, table, before, total_);
      const auto found = target_.digest(table);
      if (found.rows() != expected.rows) {
        throw StoreError("the copy is not the original: " + table.name + " has " +
                         std::to_string(found.rows()) + " rows instead of " +
                         std::to_string(expected.rows) + kRemedy);
      }
      if (found.digest() != expected.digest) {
        throw StoreError("the copy is not the original: the rows of " + table.name +
                         " have another digest" + kRemedy);
      }
      before += expected.rows;
    }
  }

  static constexpr const char* kRemedy =
      "; somebody wrote to the target meanwhile. Begin again with an empty database";

  const TransferOptions& options_;
  SqliteSource source_;
  PostgresTarget target_;
  Transferred result_;
  std::int64_t total_ = 0;
};

}  // namespace

Transferred transfer_to_postgres(const TransferOptions& options) {
  const auto place = postgres::printable_place(options.postgres_url);  // before libpq can quote it
  try {
    return Transfer(options).run();
  } catch (const postgres::PostgresError& error) {
    throw StoreError(place + ": " + error.what());
  } catch (const SqliteError& error) {
    throw StoreError(options.sqlite_path + ": " + error.what());
  }
}

}  // namespace tenens::store
