// Parameters and columns travel in PostgreSQL's binary format: bytes as they are, integers in
// network order.
#include "store/postgres/connection.hpp"

namespace tenens::store::postgres {
namespace {

constexpr std::size_t kInteger = 8;
constexpr std::size_t kAny = 0;

}  // namespace

Query::Query(Connection& connection, std::string_view sql, bool keep)
    : connection_(connection), sql_(sql), keep_(keep) {}

void Query::bind_null() {
  values_.emplace_back();
  nulls_.push_back(true);
}

void Query::bind_bool(bool value) {
  values_.emplace_back(1, value ? '\1' : '\0');
  nulls_.push_back(false);
}

void Query::bind_integer(std::int64_t value) {
  std::string bytes(kInteger, '\0');
  auto rest = static_cast<std::uint64_t>(value);
  for (std::size_t i = kInteger; i-- > 0; rest >>= 8) bytes[i] = static_cast<char>(rest & 0xff);
  values_.push_back(std::move(bytes));
  nulls_.push_back(false);
}

void Query::bind_text(std::string_view text) {
  values_.emplace_back(text);
  nulls_.push_back(false);
}

void Query::bind_blob(std::span<const std::uint8_t> bytes) {
  values_.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  nulls_.push_back(false);
}

void Query::execute() {
  if (!result_) result_ = connection_.run(sql_, keep_, values_, nulls_);
}

bool Query::step() {
  execute();
  column_ = 0;
  return ++row_ < PQntuples(result_.get());
}

std::int64_t Query::run() {
  execute();
  const std::string rows = PQcmdTuples(result_.get());
  return rows.empty() ? 0 : std::stoll(rows);
}

bool Query::next_is_null() const {
  return PQgetisnull(result_.get(), row_, column_) != 0;
}

std::string_view Query::next(std::size_t size) {
  const int column = column_++;
  const auto length = static_cast<std::size_t>(PQgetlength(result_.get(), row_, column));
  if (size != kAny && length != size) throw StoreError("a column has another type than expected");
  return {PQgetvalue(result_.get(), row_, column), length};
}

bool Query::boolean() {
  return next(1)[0] != '\0';
}

std::int64_t Query::integer() {
  std::uint64_t value = 0;
  for (const char c : next(kInteger)) value = value << 8 | static_cast<std::uint8_t>(c);
  return static_cast<std::int64_t>(value);
}

std::string Query::text() {
  return std::string(next(kAny));
}

std::span<const std::uint8_t> Query::blob() {
  const auto bytes = next(kAny);
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace tenens::store::postgres
