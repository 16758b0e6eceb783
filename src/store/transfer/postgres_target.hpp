// A database that is being filled from another one, and that no server may use until it is
// complete.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/postgres/connection.hpp"
#include "store/transfer/rows.hpp"

namespace tenens::store::transfer {

class PostgresTarget {
 public:
  /// Connects and makes the schema. Throws StoreError.
  explicit PostgresTarget(const std::string& url);

  /// What is to be filled; less the tables about the database itself.
  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }

  enum class State { begun, resumed, complete };
  /// Claims an empty database for the source with this digest, or goes on with one that was claimed
  /// for it before. Throws StoreError if it holds anything else.
  State claim(const crypto::Sha256& source);
  /// Reads rows behind `last` with `read` and inserts them, in one transaction. False if there were
  /// no more.
  template <class Read>
  bool fill(const Table& table, Read read) {
    begin_batch();
    const auto rows = read(last_key(table));
    if (!rows.empty()) insert(table, rows);
    end_batch();
    return !rows.empty();
  }
  [[nodiscard]] std::int64_t count(const Table& table);
  /// Of all its rows.
  [[nodiscard]] Digester digest(const Table& table);
  /// From here on servers may use it.
  void finish();

 private:
  void read_catalogue();
  void require_empty();
  void begin_batch();
  void end_batch();
  std::optional<Row> last_key(const Table& table);
  void insert(const Table& table, const std::vector<Row>& rows);
  std::vector<Row> rows_after(const Table& table, const std::optional<Row>& last);
  void commit(const char* what);

  postgres::Connection connection_;
  std::vector<Table> tables_;
};

/// Throws StoreError if the database is one of which only a part has arrived.
void refuse_unfinished(postgres::Connection& connection);

}  // namespace tenens::store::transfer
