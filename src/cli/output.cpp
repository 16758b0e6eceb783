#include "cli/output.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <cwchar>
#include <numeric>
#include <ostream>

#include "base/duration.hpp"
#include "base/hex.hpp"
#include "base/utf8.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::Error;
using clerk_backend_api::ErrorItem;
using clerk_backend_api::ErrorKind;

constexpr std::string_view kGap = "  ";     // between columns
constexpr std::string_view kNothing = "-";  // a cell's

constexpr const char* kWhereToLook = "tenens tokens list, tenens sessions list, tenens users list";

bool is_harmless(char32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool separator = code == 0x2028 || code == 0x2029;
  const bool reorders = code == 0x061C || code == 0x200E || code == 0x200F ||
                        (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return !control && !separator && !reorders;
}

/// `\x1b` with two digits, `\u202e` with four.
std::string escape(char letter, unsigned number, int digits) {
  std::string text{'\\', letter};
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    text += kHexDigits[number >> shift & 0xFU];
  return text;
}

/// Columns of a terminal, as the locale knows them: a Chinese character has two.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto character = first_character(text);
    const int columns = ::wcwidth(static_cast<wchar_t>(character.code));
    width += columns < 0 ? 1 : static_cast<std::size_t>(columns);
    text.remove_prefix(std::max<std::size_t>(1, character.bytes));
  }
  return width;
}

/// "The URL was not found." -> "the URL was not found"; "URL not found" stays.
std::string as_clause(std::string_view text) {
  while (text.ends_with('.')) text.remove_suffix(1);
  std::string clause(text);
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!clause.empty() && is_upper(clause[0]) && !(clause.size() > 1 && is_upper(clause[1]))) {
    clause[0] = static_cast<char>(clause[0] - 'A' + 'a');
  }
  return clause;
}

std::string_view text_of(const ErrorItem& item) {
  return item.long_message.empty() ? item.message : item.long_message;
}

struct Flag {
  std::string_view param;
  std::string_view name;
};
/// Those that are not called like what they stand for.
constexpr std::array kFlags{Flag{"email_address", "--email"},
                            Flag{"expires_in_seconds", "--expires-in"},
                            Flag{"session_max_duration_in_seconds", "--session"}};

std::optional<std::chrono::seconds> seconds_behind(std::string_view words, std::string_view text) {
  const auto at = text.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint32_t number = 0;
  std::from_chars(text.data() + at + words.size(), text.data() + text.size(), number);
  return number == 0 ? std::nullopt : std::optional(std::chrono::seconds(number));
}

/// The server names its own fields, and durations in seconds; empty where that says enough.
std::string hint_for(const ErrorItem& item) {
  const auto* param = item.meta.find("param_name");
  const auto* flag = std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& each) {
    return param != nullptr && *param == clerk_backend_api::Value(each.param);
  });
  if (flag == kFlags.end()) return {};
  const auto least = seconds_behind("at least ", text_of(item));
  const auto most = seconds_behind("at most ", text_of(item));
  if (!least || !most)
    return std::string(flag->param) + " is what " + std::string(flag->name) + " gives";
  return std::string(flag->name) + ": " + duration_text(*least) + " to " + duration_text(*most);
}

std::string hint_to_wait(const std::optional<std::chrono::milliseconds>& retry_after) {
  if (!retry_after || retry_after->count() <= 0) return "wait a moment, and try again";
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*retry_after);
  return "wait " + duration_text(wait) + ", and try again";
}

std::string hint_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::unauthenticated:
      return "CLERK_SECRET_KEY must be a secret key of this instance; tenensd shows it once, at "
             "its "
             "first start";
    case ErrorKind::not_found:
      // A path that the server has not, whatever is asked for there; or another server's page.
      if (error.errors.empty() ? error.body_excerpt.empty()
                               : error.errors.front().message != "URL not found") {
        return "";
      }
      return "TENENS_URL should say only where tenensd is, such as http://127.0.0.1:4400, without "
             "a path";
    case ErrorKind::unavailable:
      if (error.message.find("certificate") != std::string::npos) {
        return "TENENS_CA_FILE names the certificate to trust, where tenensd has one of your own";
      }
      return "TENENS_URL says where tenensd is; is it running there?";
    case ErrorKind::in_doubt:
      return std::string("it may have been done; look before you repeat it: ") + kWhereToLook;
    case ErrorKind::rate_limited: return hint_to_wait(error.retry_after);
    default: return "";
  }
}

}  // namespace

ExitCode exit_code_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::in_doubt: return kInDoubt;
    case ErrorKind::unavailable:
    case ErrorKind::cancelled: return kUnreachable;
    // Refused without asking the server: the command line or the environment is wrong.
    default:
      if (error.earlier_attempt_in_doubt)
        return kInDoubt;  // its own success may be what refuses it
      return error.http_status == 0 ? kUsage : kRefused;
  }
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto character = first_character(text);
    if (character.bytes == 0 || character.code < 0x80) {
      const auto byte = static_cast<unsigned char>(text.front());
      out += character.bytes != 0 && is_harmless(byte) ? std::string(1, text.front())
                                                       : escape('x', byte, 2);
      text.remove_prefix(1);
      continue;
    }
    out += is_harmless(character.code) ? std::string(text.substr(0, character.bytes))
                                       : escape('u', static_cast<unsigned>(character.code), 4);
    text.remove_prefix(character.bytes);
  }
  return out;
}

std::string time_text(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%SZ", &utc);
  return {text.data(), length};
}

Table::Table(std::initializer_list<std::string_view> heading) {
  add(heading);
}

void Table::add(std::initializer_list<std::string_view> cells) {
  auto& row = rows_.emplace_back();
  for (const auto cell : cells) row.push_back(printable(cell));
}

void Table::print(std::ostream& out, std::size_t terminal) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  const auto gaps = kGap.size() * (widths.size() - 1);
  const bool fits = std::accumulate(widths.begin(), widths.end(), gaps) <= terminal;
  if (terminal == 0 || fits || rows_.size() == 1) return print_as_columns(out, widths);
  print_as_lines(out);
}

void Table::print_as_columns(std::ostream& out, const std::vector<std::size_t>& widths) const {
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      if (i + 1 < row.size()) out << std::string(widths[i] - width_of(row[i]), ' ') << kGap;
    }
    out << '\n';
  }
}

void Table::print_as_lines(std::ostream& out) const {
  const auto& heading = rows_.front();
  std::size_t longest = 0;
  for (const auto& name : heading) longest = std::max(longest, name.size());
  for (auto row = rows_.begin() + 1; row != rows_.end(); ++row) {
    if (row != rows_.begin() + 1) out << '\n';
    for (std::size_t i = 0; i < row->size(); ++i) {
      if ((*row)[i].empty() || (*row)[i] == kNothing) continue;
      out << heading[i] << std::string(longest - heading[i].size(), ' ') << kGap << (*row)[i]
          << '\n';
    }
  }
}

std::string or_dash(const std::optional<std::string>& text) {
  return text && !text->empty() ? *text : std::string(kNothing);
}

void print_error(std::ostream& err, std::string_view message) {
  err << "tenens: error: " << printable(as_clause(message)) << '\n';
}

void print_hint(std::ostream& err, std::string_view hint) {
  err << "hint: " << hint << '\n';
}

void print_error(std::ostream& err, const Error& error, std::string hint) {
  if (error.errors.empty()) print_error(err, error.message);
  for (const auto& item : error.errors) {
    print_error(err, as_clause(text_of(item)) + " (" + item.code + ")");
    if (const auto flag = hint_for(item); !flag.empty()) print_hint(err, flag);
  }
  if (!error.trace_id.empty())
    print_hint(err, "the trace id in the server's log is " + printable(error.trace_id));
  if (hint.empty()) hint = hint_for(error);
  if (!hint.empty()) print_hint(err, hint);
  if (error.earlier_attempt_in_doubt && error.kind != ErrorKind::in_doubt) {
    // The message alone says so already.
    const std::string why =
        error.errors.empty()
            ? ""
            : "an earlier attempt of this call got no clear answer and may have done it; ";
    print_hint(err, why + "look: " + kWhereToLook);
  }
}

std::string summary_of(const Error& error) {
  std::string summary;
  for (const auto& item : error.errors) {
    if (!summary.empty()) summary += "; ";
    summary += as_clause(text_of(item));
  }
  if (summary.empty()) summary = as_clause(error.message);
  return error.kind == ErrorKind::in_doubt ? summary + " (it may have been done)" : summary;
}

}  // namespace tenens::cli
