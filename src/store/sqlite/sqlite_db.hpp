// The only door to SQLite's C interface: one connection, its statements, its errors.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/store.hpp"

namespace tenens::store {

/// What SQLite said, with its extended result code.
class SqliteError : public StoreError {
 public:
  SqliteError(int code, const std::string& text) : StoreError(text), code_(code) {}
  /// No space left: SQLite has undone the transaction, and space may come back.
  [[nodiscard]] bool is_full() const { return (code_ & 0xff) == SQLITE_FULL; }
  /// Another connection holds a lock, or a snapshot that is in the way.
  [[nodiscard]] bool is_busy() const { return (code_ & 0xff) == SQLITE_BUSY; }

 private:
  int code_;
};

class Db;

/// One use of a prepared statement. Parameters and columns are taken from left to right. Its end
/// gives the statement back with nothing bound to it.
class Query {
 public:
  Query(Db& db, sqlite3_stmt* statement, bool owned);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Texts and bytes are not copied: they must outlive this.
  void bind_null();
  void bind_bool(bool value) { bind_integer(value ? 1 : 0); }
  void bind_integer(std::int64_t value);
  void bind_text(std::string_view text);
  void bind_blob(std::span<const std::uint8_t> bytes);

  /// True: there is a row. Throws SqliteError.
  bool step();
  /// Steps to the end and returns how many rows the statement inserted, updated or deleted.
  std::int64_t run();

  /// Of the next column, which it does not consume.
  [[nodiscard]] bool next_is_null() const;
  [[nodiscard]] int next_type() const { return sqlite3_column_type(statement_, column_); }
  void skip() { ++column_; }
  bool boolean() { return integer() != 0; }
  std::int64_t integer();
  // These die at the next step.
  std::string_view text();
  std::span<const std::uint8_t> blob();

 private:
  Db& db_;
  sqlite3_stmt* statement_;
  bool owned_;
  int parameter_ = 0;
  int column_ = 0;
};

/// A connection, for one thread at a time. It waits for what another one holds for a moment, who
/// makes the log's index or reads it anew, or is the last and closes; `kPatience` each time.
class Db {
 public:
  /// immutable: nobody writes to the file meanwhile, and nothing is put beside it.
  enum class Mode { read_write, read_only, immutable };
  static constexpr std::chrono::seconds kPatience{1};

  /// Opens an existing file or ":memory:". Throws SqliteError.
  Db(const std::string& path, Mode mode);
  ~Db();
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  /// Prepared once and kept: for texts of which there is a bounded number.
  Query query(std::string_view sql);
  /// Prepared for this use only.
  Query query_once(std::string_view sql);
  /// For pragmas and schema: several statements, no parameters, no rows.
  void execute(std::string_view sql);
  /// The first column of the first row.
  std::int64_t integer(std::string_view sql);
  std::string text(std::string_view sql);

  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  /// An I/O error or a corrupt page was seen. What the kernel then claims to have written cannot be
  /// trusted, so nothing more may be acknowledged through this connection.
  [[nodiscard]] bool is_broken() const { return broken_; }
  /// Closing it will not copy the log into the database, as the last connection's closing does.
  void leave_log() { sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }
  void wait_for_locks(std::chrono::milliseconds patience) {
    sqlite3_busy_timeout(handle_, static_cast<int>(patience.count()));
  }
  [[nodiscard]] sqlite3* handle() const { return handle_; }

  /// Throws what the connection reports; `code` is what the failing call returned.
  [[noreturn]] void fail(int code);
  void check(int code) {
    if (code != SQLITE_OK) fail(code);
  }

 private:
  struct Hash {
    using is_transparent = void;
    /// Of the end, where statements differ most: a whole one is some hundred bytes.
    std::size_t operator()(std::string_view text) const {
      constexpr std::size_t kEnough = 24;
      const auto end = text.substr(text.size() - std::min(kEnough, text.size()));
      return std::hash<std::string_view>{}(end) + text.size();
    }
  };

  sqlite3_stmt* prepare(std::string_view sql, unsigned flags);

  sqlite3* handle_ = nullptr;
  bool broken_ = false;
  std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>> statements_;
};

/// Whether the last run has left a log with something in it: it did not end in an orderly way, or
/// another program was in the way.
[[nodiscard]] bool has_log(const std::string& path);

/// To read an existing database, changing nothing of it. Unless `in_use` (a server has it open),
/// the caller must hold a lock that keeps servers away. Throws SqliteError.
[[nodiscard]] std::unique_ptr<Db> open_to_look(const std::string& path, bool in_use);

}  // namespace tenens::store
