// The only door to libpq: one connection, its prepared statements, its errors, its deadline.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/store.hpp"

namespace tenens::store::postgres {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What PostgreSQL said, with its SQLSTATE: empty if the connection itself failed.
class PostgresError : public StoreError {
 public:
  PostgresError(std::string sqlstate, const std::string& text)
      : StoreError(text), sqlstate_(std::move(sqlstate)) {}
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

using ResultPtr = std::unique_ptr<PGresult, decltype(&PQclear)>;

class Connection;

/// Whoever waits for a lock must not wait for ever. COMMIT is not a statement in this sense.
inline constexpr std::string_view kStatementTime = "'5s'";

/// One of the hosts that a URL names, each part as it stands there.
struct Host {
  std::string name;
  std::string address;  // hostaddr
  std::string port;
};

/// Values for a statement, taken from left to right.
class Parameters {
 public:
  void bind_null();
  void bind_bool(bool value);
  void bind_integer(std::int64_t value);
  void bind_text(std::string_view text);
  void bind_blob(std::span<const std::uint8_t> bytes);
  /// One array for each column of `rows`, which are equally long and not empty. A column of nulls
  /// alone is null.
  void bind_columns(const std::vector<Parameters>& rows);

 private:
  friend class Connection;
  struct Value {
    std::uint32_t type;
    std::string bytes;
    bool null = false;
  };
  std::vector<Value> values_;
};

/// One use of a statement. Columns, too, are taken from left to right.
class Query : public Parameters {
 public:
  Query(Connection& connection, std::string_view sql, bool keep);

  /// True: there is a row. Throws PostgresError.
  bool step();
  /// Returns how many rows the statement inserted, updated or deleted.
  std::int64_t run();
  /// Sends it and waits for nothing: its answer comes with that of a later statement of the
  /// connection, and if it fails, that one throws.
  void post();

  /// Of the next column, which it does not consume.
  [[nodiscard]] bool next_is_null() const;
  void skip() { ++column_; }
  bool boolean();
  std::int64_t integer();
  // These die with the query.
  std::string_view text();
  std::span<const std::uint8_t> blob();

 private:
  friend class Connection;
  void execute();
  std::string_view next(std::size_t size);

  Connection& connection_;
  std::string sql_;
  bool keep_;
  ResultPtr result_{nullptr, &PQclear};
  int row_ = -1;
  int column_ = 0;
};

/// A connection, for one thread at a time.
///
/// No call waits past the deadline that its user set: libpq runs non-blocking and poll() has the
/// time that is left. `statement_timeout` would not do alone, because a dead network does not
/// answer either, and because the wait for a synchronous standby within COMMIT knows no timeout.
/// Only opening blocks in libpq: there `connect_timeout` bounds each host, which a loop of our own
/// could not do as well for a URL with several.
class Connection {
 public:
  /// To the first of the URL's hosts that accepts writes, or to `host` alone. Throws PostgresError,
  /// with a text that holds no credential.
  explicit Connection(const std::string& url, const Host* host = nullptr);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void set_deadline(SteadyTime deadline) { deadline_ = deadline; }

  /// Prepared once and kept: for texts of which there is a bounded number.
  Query query(std::string_view sql) { return {*this, sql, true}; }
  Query query_once(std::string_view sql) { return {*this, sql, false}; }
  /// Runs all of them in one round trip; then their rows can be taken.
  void run_together(std::vector<Query>& queries);
  /// No parameters, no rows; may be several statements.
  void execute(std::string_view sql);
  /// The first column of the first row.
  std::int64_t integer(std::string_view sql);
  std::string text(std::string_view sql);

  enum class Committed { yes, no, perhaps };
  /// Sends COMMIT. From there on only a clear answer of the server is a yes or a no. Throws
  /// PostgresError if what was posted before it failed, which keeps it from being carried out.
  [[nodiscard]] Committed commit();

  /// Begins a transaction, and forgets the errors of the one before.
  void begin(std::string_view sql);
  void post_begin(std::string_view sql);
  /// False if the connection is lost with it.
  bool roll_back();
  /// A statement of this transaction failed, and the server takes no more but a rollback.
  [[nodiscard]] bool has_failed() const { return failed_; }
  /// It failed, or must be given up, because another transaction was first.
  [[nodiscard]] bool has_conflict() const { return conflict_; }
  /// It failed because it waited for another one's lock for as long as `lock_timeout` allows, or
  /// would wait.
  [[nodiscard]] bool has_waited() const { return waited_; }
  [[noreturn]] void step_aside(const std::string& why);
  [[noreturn]] void conflict(const std::string& why);
  /// For statements that may fail without ending the transaction; each costs a subtransaction.
  void set_savepoint() { execute("SAVEPOINT statement"); }
  void release_savepoint() { execute("RELEASE SAVEPOINT statement"); }
  void roll_back_to_savepoint();

  /// The socket is dead, or the deadline passed in the middle of an answer. Not usable again.
  [[nodiscard]] bool is_lost() const { return lost_; }
  /// host:port/database, as connected.
  [[nodiscard]] std::string place() const;
  /// Of the host's history; 0 where the server does not tell.
  [[nodiscard]] std::int64_t timeline() const { return timeline_; }
  void set_timeline(std::int64_t timeline) { timeline_ = timeline; }
  [[nodiscard]] int server_version() const { return PQserverVersion(handle_.get()); }

 private:
  friend class Query;
  struct Pointers;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  ResultPtr run(std::string_view sql, bool keep, const Parameters& parameters);
  void post(std::string_view sql, const Parameters& parameters, Query* rows_for = nullptr);
  int send_prepared(const std::string& name, const Parameters& parameters);
  const std::string& prepare(std::string_view sql);
  /// Waits for the answer to what was just sent; `sent` is what libpq's sending call returned.
  ResultPtr answer(int sent);
  ResultPtr answer_alone();
  /// Waits for what was posted, and for the answer to one more statement, if there is one.
  ResultPtr answer_posted(bool one_more);
  void leave_pipeline();
  ResultPtr next_result();
  void flush();
  void wait_for(short events);
  void check_usable() const;
  [[noreturn]] void fail(const PGresult* result);
  [[noreturn]] void lose(const std::string& why);
  static void on_notice(void* self, const PGresult* notice);

  std::unique_ptr<PGconn, decltype(&PQfinish)> handle_;
  SteadyTime deadline_ = SteadyTime::max();
  // One for each statement of a pipeline that has not been waited for: who takes its rows, or null.
  std::vector<Query*> posted_;
  std::int64_t timeline_ = 0;
  bool lost_ = false;
  bool failed_ = false;
  bool conflict_ = false;
  bool waited_ = false;
  bool warned_ = false;  // since the flag was last cleared
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> statements_;
};

/// Throws StoreError if libpq does not understand the URL.
[[nodiscard]] std::vector<Host> hosts_of(const std::string& url);

/// What may be printed of a URL: hosts, ports and database, no user and no password. Throws
/// StoreError, quoting nothing of it, if libpq does not understand it.
[[nodiscard]] std::string printable_place(const std::string& url);

}  // namespace tenens::store::postgres
