// What people see: tables, errors, hints. Data goes to one stream, everything else to the other.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/error.hpp"

namespace tenens::cli {

/// As documented in `tenens --help`.
enum ExitCode : int {
  kOk = 0,
  kRefused = 1,
  kUsage = 2,
  kUnreachable = 3,
  kInDoubt = 4,
  kInterrupted = 128,  ///< and the number of the signal that `main` dies of
};
[[nodiscard]] ExitCode exit_code_of(const clerk_backend_api::Error& error);

/// Text from elsewhere, made safe to print: control characters, what reorders text, and bytes that
/// are not UTF-8 appear as `\x1b` or `\u202e`. A user's name must not move somebody's cursor.
[[nodiscard]] std::string printable(std::string_view text);

/// `2026-05-12 10:11:12Z`
[[nodiscard]] std::string time_text(std::int64_t unix_ms);

/// Left-aligned columns under a heading; where the terminal is too narrow for these, each row as
/// lines of its own, without the cells in which there is nothing. Cells are made `printable` here.
class Table {
 public:
  explicit Table(std::initializer_list<std::string_view> heading);
  void add(std::initializer_list<std::string_view> cells);
  /// `terminal`: columns that it has, 0 for no limit.
  void print(std::ostream& out, std::size_t terminal = 0) const;

 private:
  void print_as_columns(std::ostream& out, const std::vector<std::size_t>& widths) const;
  void print_as_lines(std::ostream& out) const;

  std::vector<std::vector<std::string>> rows_;
};

/// What a cell shows where there is nothing.
[[nodiscard]] std::string or_dash(const std::optional<std::string>& text);

/// `tenens: error: …`, begun in lower case and without a final stop, whatever the server wrote.
void print_error(std::ostream& err, std::string_view message);
void print_hint(std::ostream& err, std::string_view hint);
/// All entries of the error, and what can be done about it: `hint`, or what its kind suggests.
void print_error(std::ostream& err, const clerk_backend_api::Error& error, std::string hint = {});
/// One line of it, not yet printable.
[[nodiscard]] std::string summary_of(const clerk_backend_api::Error& error);

}  // namespace tenens::cli
