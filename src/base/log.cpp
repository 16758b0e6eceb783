#include "base/log.hpp"

#include <unistd.h>

#include <array>

#include "base/any_byte.hpp"

namespace tenens {
namespace {

constexpr std::array<std::string_view, 15> kFieldNames{
    R"("actor_tokens":)",   R"("address":)", R"("clients":)",     R"("code":)",
    R"("count":)",          R"("detail":)",  R"("duration_us":)", R"("id":)",
    R"("method":)",         R"("path":)",    R"("port":)",        R"("sequence":)",
    R"("sign_in_tokens":)", R"("status":)",  R"("trace_id":)"};
constexpr std::array<std::string_view, 5> kLevelNames{"debug", "info", "warning", "error", "off"};

constexpr std::size_t kUsualLine = 384;

constexpr auto needs_escape = [](unsigned char c) {
  return (c < 0x20) | (c >= 0x7F) | (c == '"') | (c == '\\');
};

void append_escaped(std::string& line, char c) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (!needs_escape(byte)) {
    line += c;
  } else if (c == '"' || c == '\\') {
    line += '\\';
    line += c;
  } else {
    line += "\\u00";
    line += kHex[byte >> 4];
    line += kHex[byte & 0xF];
  }
}

// Written by hand because JSON proper lives above this room; anything but plain ASCII is escaped,
// so that a log line is one line and no terminal acts on it.
void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  if (any_byte(text, needs_escape)) {
    for (const char c : text) append_escaped(line, c);
  } else {
    line += text;
  }
  line += '"';
}

/// One write keeps lines of several threads apart. A log that cannot be written is no reason to
/// stop serving.
void put_out(std::string_view lines) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, lines.data(), lines.size());
}

thread_local std::string t_lines;  // of this turn

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
  std::string line;
  line.reserve(kUsualLine);
  line.append(R"({"at":)").append(std::to_string(to_unix_ms(clock_.now()))).append(R"(,"level":")");
  line.append(kLevelNames[static_cast<std::size_t>(level)]).append(R"(","event":)");
  append_quoted(line, event);
  for (const auto& [field, value] : fields) {
    line += ',';
    line += kFieldNames[static_cast<std::size_t>(field)];
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      append_quoted(line, *text);
    } else {
      line += std::to_string(std::get<std::int64_t>(value));
    }
  }
  line += "}\n";
  if (later_ == nullptr) return put_out(line);
  t_lines += line;
  later_(
      [](void* lines) {
        auto& all = *static_cast<std::string*>(lines);
        put_out(all);
        all.clear();
      },
      &t_lines);
}

}  // namespace tenens
