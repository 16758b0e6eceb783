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

/// What stands around a header's name and value.
constexpr std::size_t kAround = 4;

char* put_header(char* at, std::string_view name, std::string_view value) {
  at = put(put(at, name), ": ");
  return put(put(at, value), "\r\n");
}

/// Of a status line with the headers that every reply has, without what has a length of its own.
constexpr std::size_t kLongestStart = 256;

std::size_t longest(const Reply& reply, std::string_view reason) {
  auto size = kLongestStart + reason.size() + reply.content_type.size() + reply.body.size();
  for (const auto& [name, value] : reply.headers) size += name.size() + value.size() + kAround;
  return size;
}

}  // namespace

std::string_view render(const Reply& reply, Rendering how, TextBuilder& out) {
  // 204 and 304 have no body and must not announce one.
  const bool may_have_body = reply.status != 204 && reply.status != 304;
  const auto named = boost::beast::http::obsolete_reason(
      static_cast<boost::beast::http::status>(static_cast<unsigned>(reply.status)));
  const std::string_view reason(named.data(), named.size());

  out.clear();
  auto* at = put_number(put(out.room(longest(reply, reason)), "HTTP/1.1 "), reply.status);
  at = put(put(put(at, " "), reason), "\r\n");
  at = put_header(at, "Date", date_text());
  if (!reply.content_type.empty()) at = put_header(at, "Content-Type", reply.content_type);
  if (may_have_body) {
    at = put_number(put(at, "Content-Length: "), reply.body.size() + reply.constant.size());
    at = put(at, "\r\n");
  }
  for (const auto& [name, value] : reply.headers) {
    if (!has_control_character(value)) at = put_header(at, name, value);
  }
  at = put_header(at, "Connection", how.keep_alive ? "keep-alive" : "close");
  at = put(at, "\r\n");
  const bool has_body = may_have_body && !how.head_only;
  out.ended(has_body ? put(at, reply.body) : at);
  return has_body ? reply.constant : std::string_view();
}

}  // namespace tenens::http
