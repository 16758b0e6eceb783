// The operator's log: JSON lines on stderr, made of fields from a fixed list.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/instant.hpp"

namespace tenens {

enum class LogLevel { debug, info, warning, error, off };

[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text);

/// What may be logged. A field that is not here cannot reach the log, and none of these holds a
/// query string, a body, a header or a credential.
enum class Field {
  actor_tokens,  // how many; so clients, sign_in_tokens
  address,
  clients,
  code,
  count,
  detail,  // fixed texts and system errors only
  duration_us,
  id,
  method,
  path,  // without its query
  sequence,
  sign_in_tokens,
  status,
  trace_id,
};

struct LogField {
  Field field;
  std::variant<std::string_view, std::int64_t> value;
};

class Log {
 public:
  /// Calls `tell(whom)` on the same thread, now or a little later but before anybody can be waiting
  /// for it: so that the lines written until then go out together.
  using Later = void (*)(void (*tell)(void*), void* whom);

  /// Without `later`, each line goes out at once.
  Log(LogLevel level, const Clock& clock, Later later = nullptr)
      : level_(level), clock_(clock), later_(later) {}

  [[nodiscard]] bool wants(LogLevel level) const { return level >= level_; }
  /// One line. Thread-safe.
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const;

 private:
  LogLevel level_;
  const Clock& clock_;
  Later later_;
};

}  // namespace tenens
