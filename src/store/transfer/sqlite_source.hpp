// A file that no server has open, read and left as it is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite/database_file.hpp"
#include "store/sqlite/sqlite_db.hpp"
#include "store/transfer/rows.hpp"

namespace tenens::store::transfer {

class SqliteSource {
 public:
  /// Throws StoreError, with a text for the operator, if there is no such file, a tenensd has it
  /// open, it is another program's, its schema is not the one that this program speaks, or it is an
  /// older copy of itself.
  explicit SqliteSource(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<std::string> table_names();
  [[nodiscard]] std::vector<std::string> column_names(const std::string& table);

  /// In the order of the key, from behind `last` on.
  [[nodiscard]] std::vector<Row> rows_after(const Table& table, const std::optional<Row>& last,
                                            std::size_t limit);
  /// Of all its rows, read in one statement. Throws StoreError at a text that no PostgreSQL can
  /// hold.
  [[nodiscard]] Digester digest(const Table& table);

 private:
  const std::string path_;
  std::unique_ptr<DatabaseLock> lock_;
  std::unique_ptr<Db> db_;
};

}  // namespace tenens::store::transfer
