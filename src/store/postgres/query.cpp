// Parameters and columns travel in PostgreSQL's binary format: bytes as they are, integers in
// network order.
#include <type_traits>

#include "store/postgres/connection.hpp"

namespace tenens::store::postgres {
namespace {

constexpr std::size_t kInteger = 8;
constexpr std::size_t kAny = 0;

// From PostgreSQL's pg_type.dat, where they are fixed.
constexpr std::uint32_t kBoolType = 16;
constexpr std::uint32_t kBlobType = 17;
constexpr std::uint32_t kIntegerType = 20;
constexpr std::uint32_t kTextType = 25;

template <class Number>
void append_number(std::string& bytes, Number number) {
  auto rest = static_cast<std::make_unsigned_t<Number>>(number);
  const auto start = bytes.size();
  bytes.resize(start + sizeof(Number));
  for (auto at = bytes.size(); at-- > start; rest >>= 8) bytes[at] = static_cast<char>(rest & 0xff);
}

}  // namespace

void Parameters::bind_null() {
  values_.push_back({kTextType, {}, true});
}

void Parameters::bind_bool(bool value) {
  values_.push_back({kBoolType, std::string(1, value ? '\1' : '\0')});
}

void Parameters::bind_integer(std::int64_t value) {
  append_number(values_.emplace_back(Value{kIntegerType, {}}).bytes, value);
}

void Parameters::bind_text(std::string_view text) {
  values_.push_back({kTextType, std::string(text)});
}

void Parameters::bind_blob(std::span<const std::uint8_t> bytes) {
  values_.push_back(
      {kBlobType, std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())});
}

// array_recv(): dimensions, whether there are nulls, the elements' type; of the one dimension its
// size and first index; of each element its size, -1 for null, and its bytes.
void Parameters::bind_columns(const std::vector<Parameters>& rows) {
  for (std::size_t column = 0; column < rows.front().values_.size(); ++column) {
    std::uint32_t type = 0;
    for (const auto& row : rows) {
      if (!row.values_[column].null) type = row.values_[column].type;
    }
    if (type == 0) {
      bind_null();  // of any type; unnest() fills it up to the others' length
      continue;
    }
    std::string bytes;
    append_number<std::int32_t>(bytes, 1);
    append_number<std::int32_t>(bytes, 1);
    append_number(bytes, type);
    append_number(bytes, static_cast<std::int32_t>(rows.size()));
    append_number<std::int32_t>(bytes, 1);
    for (const auto& row : rows) {
      const auto& value = row.values_[column];
      append_number(bytes, value.null ? -1 : static_cast<std::int32_t>(value.bytes.size()));
      bytes += value.bytes;
    }
    values_.push_back({0, std::move(bytes)});  // which array it is, the statement says
  }
}

Query::Query(Connection& connection, std::string_view sql, bool keep)
    : connection_(connection), sql_(sql), keep_(keep) {}

void Query::execute() {
  if (!result_) result_ = connection_.run(sql_, keep_, *this);
}

void Query::post() {
  connection_.post(sql_, *this);
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

std::string_view Query::text() {
  return next(kAny);
}

std::span<const std::uint8_t> Query::blob() {
  const auto bytes = next(kAny);
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace tenens::store::postgres
