// Rows of any table, as they travel from one database to another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/digest.hpp"

namespace tenens::store::transfer {

struct Blob {
  std::string bytes;
};
/// Null, a number (of a boolean: 0 or 1), a text, bytes.
using Cell = std::variant<std::monostate, std::int64_t, std::string, Blob>;
using Row = std::vector<Cell>;

struct Column {
  std::string name;
  std::string type;  // as PostgreSQL calls it: bigint, boolean, text, bytea
};

/// As the target's catalogue has it, so that a column added to the schema is carried without a word
/// here.
struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::size_t> key;  // the primary key, as places in `columns`

  [[nodiscard]] Row key_of(const Row& row) const;
  /// `a, b, c`.
  [[nodiscard]] std::string column_list() const;
  [[nodiscard]] std::string key_list(std::string_view after_each = "") const;
};

/// Count and digest of rows in the order of their key; the same rows give the same one, whatever
/// database they come from.
class Digester {
 public:
  void add(const Row& row);
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] const crypto::Sha256& digest() const { return digest_; }

 private:
  std::int64_t rows_ = 0;
  crypto::Sha256 digest_{};  // of the one before and the row
};

}  // namespace tenens::store::transfer
