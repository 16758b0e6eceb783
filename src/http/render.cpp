#include "http/render.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <ostream>  // Beast's header uses it without including it

#include <boost/beast/http/status.hpp>

#include "base/any_byte.hpp"

namespace tenens::http {
namespace {

/// IMF-fixdate of now; made once a second and thread.
std::string_view date_text() {
  thread_local std::time_t made_at = -1;
  thread_local std::array<char, 32> text{};
  thread_local std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    // strftime would write the names in the locale's language.
    const int written =
        std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                      kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                      kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                      utc.tm_hour, utc.tm_min, utc.tm_sec);
    length = written > 0 ? std::min(static_cast<std::size_t>(written), text.size() - 1) : 0;
    made_at = now;
  }
  return {text.data(), length};
}

bool has_control_character(std::string_view text) {
  return any_byte(text, [](unsigned char byte) { return (byte < 0x20) | (byte == 0x7F); });
}

/// `name` is one of ours, `value` may be anything.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  if (has_control_character(value)) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view render(const Reply& reply, Rendering how, std::string& out) {
  // 204 and 304 have no body and must not announce one.
  const bool may_have_body = reply.status != 204 && reply.status != 304;
  const auto reason = boost::beast::http::obsolete_reason(
      static_cast<boost::beast::http::status>(static_cast<unsigned>(reply.status)));

  out.clear();
  out.append("HTTP/1.1 ").append(std::to_string(reply.status)).append(" ");
  out.append(reason.data(), reason.size()).append("\r\n");
  append_header(out, "Date", date_text());
  if (!reply.content_type.empty()) append_header(out, "Content-Type", reply.content_type);
  if (may_have_body) {
    append_header(out, "Content-Length", std::to_string(reply.body.size() + reply.constant.size()));
  }
  for (const auto& [name, value] : reply.headers) append_header(out, name, value);
  append_header(out, "Connection", how.keep_alive ? "keep-alive" : "close");
  out += "\r\n";
  if (!may_have_body || how.head_only) return {};
  out += reply.body;
  return reply.constant;
}

}  // namespace tenens::http
