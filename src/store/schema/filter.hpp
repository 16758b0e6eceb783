// Composes a WHERE clause out of literal pieces; values only ever travel as parameters.
#pragma once

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "store/schema/columns.hpp"

namespace tenens::store {

/// `sign` is how the database writes a parameter: '?' as it is, '$' before a number.
template <char sign>
class BasicFilter {
 public:
  explicit BasicFilter(const InstanceId& instance) { add(" WHERE instance_id = ?", instance); }

  /// `piece` has one `?` for each value, in every kind of database. Takes literals only, so that no
  /// value can be part of it.
  template <std::size_t size, class... Values>
  void add(const char (&piece)[size], const Values&... values) {
    append(piece);
    (keep(values), ...);
  }

  /// `before` and `after` enclose as many parameters as there are values.
  template <std::size_t m, std::size_t n>
  void add_any_of(const char (&before)[m], const std::vector<std::string>& values,
                  const char (&after)[n]) {
    append(before);
    for (std::size_t i = 0; i < values.size(); ++i) append(i == 0 ? "?" : ",?");
    append(after);
    for (const auto& value : values) keep(value);
  }

  void add_page(Page page) {
    // SQLite reads a negative limit as none.
    add(" LIMIT ? OFFSET ?", std::max<std::int64_t>(0, page.limit),
        std::max<std::int64_t>(0, page.offset));
  }

  [[nodiscard]] const std::string& sql() const { return sql_; }

  template <class Query>
  void bind_to(Query& query) const {
    for (const auto& value : values_) std::visit([&](const auto& v) { put(query, v); }, value);
  }

 private:
  void append(std::string_view piece) {
    if constexpr (sign == '?') {
      sql_ += piece;
    } else {
      for (const char c : piece) {
        sql_ += c == '?' ? sign : c;
        if (c == '?') sql_ += std::to_string(++parameters_);
      }
    }
  }
  void keep(std::int64_t value) { values_.emplace_back(value); }
  void keep(Instant at) { values_.emplace_back(to_unix_ms(at)); }
  void keep(std::string_view text) { values_.emplace_back(std::string(text)); }
  template <class Kind>
  void keep(const Id<Kind>& id) {
    values_.emplace_back(id.text);
  }

  std::string sql_;
  int parameters_ = 0;
  std::vector<std::variant<std::int64_t, std::string>> values_;
};

}  // namespace tenens::store
