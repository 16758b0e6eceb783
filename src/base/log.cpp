#include "base/log.hpp"

#include <unistd.h>

#include <array>

#include "base/any_byte.hpp"
#include "base/hex.hpp"
#include "base/text_builder.hpp"

namespace tenens {
namespace {

constexpr std::array<std::string_view, 14> kFieldNames{
    R"("actor_tokens":)", R"("address":)",        R"("clients":)", R"("code":)",    R"("count":)",
    R"("detail":)",       R"("duration_us":)",    R"("id":)",      R"("method":)",  R"("path":)",
    R"("sequence":)",     R"("sign_in_tokens":)", R"("status":)",  R"("trace_id":)"};
constexpr std::array<std::string_view, 5> kLevelNames{"debug", "info", "warning", "error", "off"};

constexpr auto needs_escape = [](unsigned char c) {
  return (c < 0x20) | (c >= 0x7F) | (c == '"') | (c == '\\');
};

constexpr std::size_t kLongestEscape = 6;  // \u001f

char* put_escaped(char* at, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (!needs_escape(byte)) {
    *at++ = c;
  } else if (c == '"' || c == '\\') {
    *at++ = '\\';
    *at++ = c;
  } else {
    at = put(at, "\\u00");
    *at++ = kHexDigits[byte >> 4];
    *at++ = kHexDigits[byte & 0xF];
  }
  return at;
}

// Written by hand because JSON proper lives above this room; anything but plain ASCII is escaped,
// so that a log line is one line and no terminal acts on it.
char* put_quoted(char* at, std::string_view text) {
  *at++ = '"';
  if (any_byte(text, needs_escape)) {
    for (const char c : text) at = put_escaped(at, c);
  } else {
    at = put(at, text);
  }
  *at++ = '"';
  return at;
}

/// Of a line without its texts.
constexpr std::size_t kLongestStart = 128;
constexpr std::size_t kLongestField = 32 + kLongestNumber;

std::size_t longest_quoted(std::string_view text) {
  return kLongestEscape * text.size();
}

char* put_field(char* at, const LogField& field) {
  *at++ = ',';
  at = put(at, kFieldNames[static_cast<std::size_t>(field.field)]);
  if (const auto* text = std::get_if<std::string_view>(&field.value)) return put_quoted(at, *text);
  return put_number(at, std::get<std::int64_t>(field.value));
}

/// One write keeps lines of several threads apart. A log that cannot be written is no reason to
/// stop serving.
void put_out(std::string_view lines) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, lines.data(), lines.size());
}

thread_local TextBuilder t_lines;  // of this turn

void put_out_lines() {
  put_out(t_lines.view());
  t_lines.clear();
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
    if (text == kLevelNames[i]) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void Log::write(LogLevel level, std::string_view event,
                std::initializer_list<LogField> fields) const {
  if (!wants(level)) return;
  std::size_t most = kLongestStart + longest_quoted(event) + fields.size() * kLongestField;
  for (const auto& field : fields) {
    const auto* text = std::get_if<std::string_view>(&field.value);
    if (text != nullptr) most += longest_quoted(*text);
  }
  auto* at = put_number(put(t_lines.room(most), R"({"at":)"), to_unix_ms(clock_.now()));
  at = put(put(at, R"(,"level":")"), kLevelNames[static_cast<std::size_t>(level)]);
  at = put_quoted(put(at, R"(","event":)"), event);
  for (const auto& field : fields) at = put_field(at, field);
  t_lines.ended(put(at, "}\n"));
  if (later_ == nullptr) return put_out_lines();
  later_([](void* /*nobody*/) { put_out_lines(); }, nullptr);
}

}  // namespace tenens
