#include "store/postgres/connection.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tenens::store::postgres {
namespace {

// Of our own server's side: whoever vanished must not hold row locks for long.
constexpr std::string_view kSession =
    "; SET idle_in_transaction_session_timeout = '15s'; SET client_min_messages = warning";
constexpr auto kSetupTime = std::chrono::seconds(5);

/// libpq ends its texts with a newline, and names one host a line.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ';');
  return text;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

bool is_well(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// Of `a,b,c` the n-th; of a single one that one, as libpq has it.
std::string nth(const std::string& list, std::size_t n) {
  std::size_t begin = 0;
  for (; n > 0; --n) {
    const auto comma = list.find(',', begin);
    if (comma == std::string::npos) return begin == 0 ? list : "";
    begin = comma + 1;
  }
  return list.substr(begin, list.find(',', begin) - begin);
}

using Settings = std::unordered_map<std::string_view, std::string>;

/// What stands in the URL.
Settings settings_of(const std::string& url) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
      PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
  // libpq's own text would quote the URL, and with it the password.
  if (!parsed) throw StoreError("the URL of the database is not one that libpq understands");
  Settings settings;
  for (const auto* option = parsed.get(); option->keyword != nullptr; ++option) {
    // Keywords are libpq's own, and stay.
    if (option->val != nullptr) settings.emplace(option->keyword, option->val);
  }
  // A / or @ that was not encoded divides a password: what libpq then takes for a host, a port or a
  // database is part of it, and would be shown.
  const auto has_at = [&](const char* keyword) {
    return settings[keyword].find('@') != std::string::npos;
  };
  const bool divided = has_at("host") || has_at("hostaddr") || has_at("dbname") ||
                       settings["port"].find_first_not_of("0123456789,") != std::string::npos;
  if (divided) {
    throw StoreError(
        "the URL of the database has a / or @ where there can be none: in a password write %2F and"
        " %40");
  }
  return settings;
}

PGconn* open(const std::string& url, const Host* host) {
  (void)settings_of(url);  // refuses what libpq's own text would quote
  // What stands before the URL it may override. Reads go to the primary as well: a standby may not
  // have yet what a node has just been told.
  std::vector<const char*> keywords{"connect_timeout",  "target_session_attrs", "application_name",
                                    "tcp_user_timeout", "keepalives_idle",      "dbname",
                                    "client_encoding"};
  std::vector<const char*> values{"2", "read-write", "tenensd", "5000", "10", url.c_str(), "UTF8"};
  if (host != nullptr) {
    keywords.insert(keywords.end(), {"host", "hostaddr", "port"});
    values.insert(values.end(), {host->name.c_str(), host->address.c_str(), host->port.c_str()});
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  return PQconnectdbParams(keywords.data(), values.data(), 1);
}

}  // namespace

Connection::Connection(const std::string& url, const Host* host)
    : handle_(open(url, host), &PQfinish) {
  if (!handle_) throw std::bad_alloc();
  if (PQstatus(handle_.get()) != CONNECTION_OK) {
    throw PostgresError("", one_line(PQerrorMessage(handle_.get())));
  }
  PQsetNoticeReceiver(handle_.get(), &Connection::on_notice, this);
  PQsetnonblocking(handle_.get(), 1);
  set_deadline(std::chrono::steady_clock::now() + kSetupTime);
  execute("SET statement_timeout = " + std::string(kStatementTime) + std::string(kSession));
}

void Connection::on_notice(void* self, const PGresult* /*notice*/) {
  // The session asks for warnings and what is worse, nothing less.
  static_cast<Connection*>(self)->warned_ = true;
}

void Connection::check_usable() const {
  if (lost_) throw PostgresError("", "the connection to the database is lost");
}

void Connection::fail(const PGresult* result) {
  failed_ = true;
  auto state = field(result, PG_DIAG_SQLSTATE);
  conflict_ = conflict_ || state == "40001" || state == "40P01";
  waited_ = waited_ || state == "55P03";
  // The primary message alone: the detail quotes values.
  throw PostgresError(std::move(state), field(result, PG_DIAG_MESSAGE_PRIMARY));
}

void Connection::conflict(const std::string& why) {
  conflict_ = true;
  throw PostgresError("40001", why);
}

void Connection::step_aside(const std::string& why) {
  waited_ = true;
  throw PostgresError("55P03", why);
}

void Connection::begin(std::string_view sql) {
  failed_ = conflict_ = waited_ = false;
  execute(sql);
}

void Connection::post_begin(std::string_view sql) {
  failed_ = conflict_ = waited_ = false;
  query(sql).post();
}

bool Connection::roll_back() {
  try {
    try {
      if (!posted_.empty()) answer_posted(false);
    } catch (const PostgresError&) {
      // It is rolled back with the rest, unless the connection went with it.
    }
    execute("ROLLBACK");
  } catch (const PostgresError&) {
    lost_ = true;
  }
  return !lost_;
}

void Connection::roll_back_to_savepoint() {
  execute("ROLLBACK TO SAVEPOINT statement");
  failed_ = false;
}

void Connection::lose(const std::string& why) {
  lost_ = true;
  throw PostgresError("", why);
}

void Connection::wait_for(short events) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    // A connection in the middle of an answer cannot be used for another question.
    if (left.count() <= 0) lose("the database did not answer in time");
    pollfd waiting{PQsocket(handle_.get()), events, 0};
    const auto most = std::min<std::int64_t>(left.count(), 60'000);
    const int ready = ::poll(&waiting, 1, static_cast<int>(most));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) lose("the connection's socket cannot be polled");
  }
}

void Connection::flush() {
  for (;;) {
    const int left = PQflush(handle_.get());
    if (left == 0) return;
    if (left < 0) lose(one_line(PQerrorMessage(handle_.get())));
    wait_for(POLLIN | POLLOUT);
    if (PQconsumeInput(handle_.get()) == 0) lose(one_line(PQerrorMessage(handle_.get())));
  }
}

ResultPtr Connection::next_result() {
  while (PQisBusy(handle_.get()) != 0) {
    wait_for(POLLIN);
    if (PQconsumeInput(handle_.get()) == 0) lose(one_line(PQerrorMessage(handle_.get())));
  }
  return {PQgetResult(handle_.get()), &PQclear};
}

ResultPtr Connection::answer(int sent) {
  if (sent == 0) lose(one_line(PQerrorMessage(handle_.get())));
  return !posted_.empty() ? answer_posted(true) : answer_alone();
}

ResultPtr Connection::answer_alone() {
  flush();
  ResultPtr last{nullptr, &PQclear};
  while (auto next = next_result()) {
    // Of several statements the one that failed is what matters.
    if (!last || is_well(last.get())) last = std::move(next);
  }
  if (PQstatus(handle_.get()) != CONNECTION_OK || !last) {
    lose(last ? field(last.get(), PG_DIAG_MESSAGE_PRIMARY) : "the server closed the connection");
  }
  return last;
}

// After an error the server skips everything up to the sync point, so the first one is the one.
ResultPtr Connection::answer_posted(bool one_more) {
  const auto posted = std::exchange(posted_, {});
  if (PQpipelineSync(handle_.get()) == 0) lose(one_line(PQerrorMessage(handle_.get())));
  flush();
  for (auto* rows_for : posted) {
    auto result = next_result();
    if (!result) lose("the server closed the connection");
    if (is_well(result.get())) {
      next_result();  // the null that ends the statement
      if (rows_for != nullptr) rows_for->result_ = std::move(result);
      continue;
    }
    if (field(result.get(), PG_DIAG_SQLSTATE).empty()) {
      lose(field(result.get(), PG_DIAG_MESSAGE_PRIMARY));
    }
    failed_ = true;  // even if the connection is lost now
    leave_pipeline();
    fail(result.get());
  }
  warned_ = false;
  auto result = one_more ? next_result() : ResultPtr{nullptr, &PQclear};
  if (one_more && !result) lose("the server closed the connection");
  leave_pipeline();
  return result;
}

/// Whatever is left of its answers is skipped.
void Connection::leave_pipeline() {
  ResultPtr result{nullptr, &PQclear};
  do {
    result = next_result();
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
      lost_ = true;
      return;
    }
  } while (PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC);
  if (PQexitPipelineMode(handle_.get()) == 0) lost_ = true;
}

void Connection::execute(std::string_view sql) {
  check_usable();
  if (!posted_.empty()) answer_posted(false);
  const auto result = answer(PQsendQuery(handle_.get(), std::string(sql).c_str()));
  if (!is_well(result.get())) fail(result.get());
}

std::int64_t Connection::integer(std::string_view sql) {
  auto query = query_once(sql);
  return query.step() ? query.integer() : 0;
}

std::string Connection::text(std::string_view sql) {
  auto query = query_once(sql);
  return std::string(query.step() ? query.text() : "");
}

const std::string& Connection::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second;
  // Within a pipeline it might be skipped; and it happens once.
  if (!posted_.empty()) answer_posted(false);
  const auto name = "s" + std::to_string(statements_.size());
  const auto result =
      answer(PQsendPrepare(handle_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr));
  if (!is_well(result.get())) fail(result.get());
  return statements_.emplace(std::string(sql), name).first->second;
}

/// Parameters as libpq takes them.
struct Connection::Pointers {
  std::vector<const char*> texts = {};
  std::vector<int> lengths = {};
  std::vector<int> binary = {};

  explicit Pointers(const Parameters& parameters) : binary(parameters.values_.size(), 1) {
    for (const auto& value : parameters.values_) {
      texts.push_back(value.null ? nullptr : value.bytes.data());
      lengths.push_back(static_cast<int>(value.bytes.size()));
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(binary.size()); }
};

int Connection::send_prepared(const std::string& name, const Parameters& parameters) {
  const Pointers given(parameters);
  return PQsendQueryPrepared(handle_.get(), name.c_str(), given.count(), given.texts.data(),
                             given.lengths.data(), given.binary.data(), 1);
}

ResultPtr Connection::run(std::string_view sql, bool keep, const Parameters& parameters) {
  check_usable();
  int sent = 0;
  if (keep) {
    sent = send_prepared(prepare(sql), parameters);
  } else {
    const Pointers given(parameters);
    sent = PQsendQueryParams(handle_.get(), std::string(sql).c_str(), given.count(), nullptr,
                             given.texts.data(), given.lengths.data(), given.binary.data(), 1);
  }
  auto result = answer(sent);
  if (!is_well(result.get())) fail(result.get());
  return result;
}

void Connection::run_together(std::vector<Query>& queries) {
  if (queries.empty()) return;  // what was posted before can wait for a question
  for (auto& query : queries) post(query.sql_, query, &query);
  answer_posted(false);
}

void Connection::post(std::string_view sql, const Parameters& parameters, Query* rows_for) {
  check_usable();
  const auto& name = prepare(sql);
  if (posted_.empty() && PQenterPipelineMode(handle_.get()) == 0) lose("the connection is in use");
  if (send_prepared(name, parameters) == 0) lose(one_line(PQerrorMessage(handle_.get())));
  posted_.push_back(rows_for);
}

Connection::Committed Connection::commit() {
  if (lost_) return Committed::no;  // it was never sent
  const auto& name = prepare("COMMIT");
  warned_ = false;
  try {
    const auto result = answer(send_prepared(name, {}));
    if (!is_well(result.get())) {
      // An error in COMMIT is an abort; a server that is going down may have logged it before.
      const auto state = field(result.get(), PG_DIAG_SQLSTATE);
      return state.starts_with("57P") || state.starts_with("08") ? Committed::perhaps
                                                                 : Committed::no;
    }
    // "… committed locally, but might not have been replicated": a failover could undo it.
    if (warned_) return Committed::perhaps;
    return std::string_view(PQcmdStatus(result.get())) == "COMMIT" ? Committed::yes : Committed::no;
  } catch (const PostgresError&) {
    if (failed_) throw;
    return Committed::perhaps;
  }
}

std::string Connection::place() const {
  const std::string host = PQhost(handle_.get());
  return host + ":" + PQport(handle_.get()) + "/" + PQdb(handle_.get());
}

std::vector<Host> hosts_of(const std::string& url) {
  auto settings = settings_of(url);
  const auto commas = [&](const char* keyword) {
    const auto& list = settings[keyword];
    return std::count(list.begin(), list.end(), ',');
  };
  const auto last = static_cast<std::size_t>(std::max(commas("host"), commas("hostaddr")));
  std::vector<Host> hosts;
  for (std::size_t n = 0; n <= last; ++n) {
    hosts.push_back(
        {nth(settings["host"], n), nth(settings["hostaddr"], n), nth(settings["port"], n)});
  }
  return hosts;
}

std::string printable_place(const std::string& url) {
  auto settings = settings_of(url);
  const auto& port = settings["port"];
  return "postgresql://" + settings["host"] + (port.empty() ? "" : ":" + port) + "/" +
         settings["dbname"];
}

}  // namespace tenens::store::postgres
