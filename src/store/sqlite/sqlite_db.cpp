#include "store/sqlite/sqlite_db.hpp"

#include <filesystem>
#include <limits>

namespace tenens::store {
namespace {

int length_of(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw SqliteError(SQLITE_TOOBIG, "value too long");
  }
  return static_cast<int>(size);
}

/// As a URI, in which SQLite takes parameters.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

bool breaks_trust(int code) {
  const int primary = code & 0xff;
  if (primary == SQLITE_IOERR) return code != SQLITE_IOERR_NOMEM;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

}  // namespace

Query::Query(Db& db, sqlite3_stmt* statement, bool owned)
    : db_(db), statement_(statement), owned_(owned) {}

Query::~Query() {
  if (owned_) {
    sqlite3_finalize(statement_);
    return;
  }
  // The result repeats the error of the last step, which has been thrown already.
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::bind_null() {
  db_.check(sqlite3_bind_null(statement_, ++parameter_));
}

void Query::bind_integer(std::int64_t value) {
  db_.check(sqlite3_bind_int64(statement_, ++parameter_, value));
}

void Query::bind_text(std::string_view text) {
  // A null pointer would bind NULL, not the empty text.
  const char* data = text.data() == nullptr ? "" : text.data();
  db_.check(
      sqlite3_bind_text(statement_, ++parameter_, data, length_of(text.size()), SQLITE_STATIC));
}

void Query::bind_blob(std::span<const std::uint8_t> bytes) {
  const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  db_.check(
      sqlite3_bind_blob(statement_, ++parameter_, data, length_of(bytes.size()), SQLITE_STATIC));
}

bool Query::step() {
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) db_.fail(code);
  return false;
}

std::int64_t Query::run() {
  while (step()) {
  }
  return sqlite3_changes64(db_.handle());
}

bool Query::next_is_null() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

std::int64_t Query::integer() {
  return sqlite3_column_int64(statement_, column_++);
}

std::string_view Query::text() {
  const auto bytes = blob();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::uint8_t> Query::blob() {
  const int at = column_++;
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, at));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, at))};
}

Db::Db(const std::string& path, Mode mode) {
  // Without SQLITE_OPEN_CREATE: whoever opens a file has made sure of its permissions first.
  int access = mode == Mode::read_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  if (mode == Mode::immutable) access |= SQLITE_OPEN_URI;
  const auto name = mode == Mode::immutable ? immutable_uri(path) : path;
  const int code = sqlite3_open_v2(name.c_str(), &handle_, access | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string text = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
    sqlite3_close_v2(handle_);
    throw SqliteError(code, text);
  }
  sqlite3_extended_result_codes(handle_, 1);
  wait_for_locks(kPatience);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

Db::~Db() {
  if (broken_) leave_log();  // a sync that failed once may succeed now
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

Query Db::query(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) {
    return Query(*this, known->second, false);
  }
  auto* statement = prepare(sql, SQLITE_PREPARE_PERSISTENT);
  statements_.emplace(sql, statement);
  return Query(*this, statement, false);
}

Query Db::query_once(std::string_view sql) {
  return Query(*this, prepare(sql, 0), true);
}

void Db::execute(std::string_view sql) {
  check(sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr));
}

std::int64_t Db::integer(std::string_view sql) {
  auto query = query_once(sql);
  return query.step() ? query.integer() : 0;
}

std::string Db::text(std::string_view sql) {
  auto query = query_once(sql);
  return std::string(query.step() ? query.text() : "");
}

void Db::fail(int code) {
  // After a failing step only the connection knows the extended code.
  const int known = sqlite3_extended_errcode(handle_);
  const int extended = (known & 0xff) == (code & 0xff) ? known : code;
  if (breaks_trust(extended)) broken_ = true;
  throw SqliteError(extended, sqlite3_errmsg(handle_));
}

sqlite3_stmt* Db::prepare(std::string_view sql, unsigned flags) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(handle_, sql.data(), length_of(sql.size()), flags, &statement, nullptr));
  return statement;
}

bool has_log(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path + "-wal", error);
  return !error && size > 0;
}

std::unique_ptr<Db> open_to_look(const std::string& path, bool in_use) {
  // Without a log to read there is nothing that SQLite would have to put beside the file.
  const bool whole = !in_use && !has_log(path);
  auto db = std::make_unique<Db>(path, whole ? Db::Mode::immutable : Db::Mode::read_only);
  db->leave_log();
  db->execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;");
  return db;
}

}  // namespace tenens::store
