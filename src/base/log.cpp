#include "base/log.hpp"

#include <unistd.h>

#include <array>

namespace tenens {
namespace {

constexpr std::array<std::string_view, 15> kFieldNames{
    "actor_tokens",   "address", "clients", "code", "count", "detail",
    "duration_us",    "id",      "method",  "path", "port",  "sequence",
    "sign_in_tokens", "status",  "trace_id"};
constexpr std::array<std::string_view, 5> kLevelNames{"debug", "info", "warning", "error", "off"};

// Written by hand because JSON proper lives above this room; anything but plain ASCII is escaped,
// so that a log line is one line and no terminal acts on it.
void append_quoted(std::string& line, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  line += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      line += "\\u00";
      line += kHex[byte >> 4];
      line += kHex[byte & 0xF];
    } else {
      line += c;
    }
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
  std::string line = R"({"at":)" + std::to_string(to_unix_ms(clock_.now())) + R"(,"level":")";
  line.append(kLevelNames[static_cast<std::size_t>(level)]).append(R"(","event":)");
  append_quoted(line, event);
  for (const auto& [field, value] : fields) {
    line += ',';
    append_quoted(line, kFieldNames[static_cast<std::size_t>(field)]);
    line += ':';
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
