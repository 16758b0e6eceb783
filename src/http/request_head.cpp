#include "http/request_head.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "base/any_byte.hpp"
#include "base/percent_encode.hpp"

namespace tenens::http {
namespace {

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stopped == end && value <= 65535;
}

/// `name`, `name:port` or `[IPv6]:port`. Stricter than RFC 3986, whose host may hold `,` and `%00`.
bool is_host(std::string_view text) {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto address = text.substr(1, end - 1);
    if (address.find_first_not_of("0123456789abcdefABCDEF:.") != address.npos) return false;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    if (end == 0 || !std::all_of(text.begin(), text.begin() + end, is_unreserved)) return false;
  }
  return end == text.size() || (text[end] == ':' && is_port(text.substr(end + 1)));
}

/// What stands between the scheme and the path; nothing where the target begins with the path.
std::optional<std::string_view> authority_of(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    return target.substr(0, target.find_first_of("/?"));
  }
  return std::nullopt;
}

// A tab may stand in a value.
constexpr auto is_control = [](unsigned char c) {
  return ((c < 0x20) & (c != '\t')) | (c == 0x7F);
};

struct Framing {
  bool http_1_0 = false;
  std::optional<std::string_view> authority = {};
  std::string_view host = {};
  int hosts = 0;
  int content_lengths = 0;
  bool length_is_number = true;  // Beast makes `2` of `2, 2`
  int transfer_encodings = 0;
  bool chunked = true;

  void note(std::string_view name, std::string_view value) {
    if (equal_ignoring_case(name, "host")) {
      ++hosts;
      host = trim(value);
    }
    if (equal_ignoring_case(name, "content-length")) {
      ++content_lengths;
      value = trim(value);
      length_is_number = std::all_of(value.begin(), value.end(), is_digit);
    }
    if (equal_ignoring_case(name, "transfer-encoding")) {
      ++transfer_encodings;
      chunked = chunked && equal_ignoring_case(trim(value), "chunked");
    }
  }

  [[nodiscard]] bool is_unambiguous() const {
    if (hosts > 1 || (hosts == 0 && !http_1_0)) return false;
    if (!host.empty() && !is_host(host)) return false;
    if (authority && (authority->empty() || !equal_ignoring_case(*authority, host))) return false;
    if (content_lengths + transfer_encodings > 1 || !length_is_number) return false;
    return transfer_encodings == 0 || (chunked && !http_1_0);
  }
};

/// Cuts the next line off `text`. It may still hold one of CR and LF alone. False if none is ended.
bool take_line(std::string_view& text, std::string_view& line) {
  const auto end = text.find(kLineEnd);
  if (end == std::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + kLineEnd.size());
  return true;
}

bool take_request_line(std::string_view& text, Framing& framing) {
  std::string_view line;
  if (!take_line(text, line) || std::count(line.begin(), line.end(), ' ') != 2) return false;
  if (any_byte(line, [](auto c) { return !is_printable(static_cast<char>(c)); })) return false;
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  const auto target = line.substr(first + 1, last - first - 1);
  framing.authority = authority_of(target);
  const auto version = line.substr(last + 1);
  framing.http_1_0 = version == "HTTP/1.0";
  return framing.http_1_0 || version == "HTTP/1.1";
}

constexpr auto kOfToken = [] {
  std::array<bool, 256> of_token{};
  for (unsigned c = 0; c < of_token.size(); ++c) {
    of_token[c] = is_alphanumeric(static_cast<char>(c));
  }
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    of_token[static_cast<unsigned char>(c)] = true;
  }
  return of_token;
}();

bool is_of_token(char c) {
  return kOfToken[static_cast<unsigned char>(c)];
}

}  // namespace

bool is_strict_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto name = line.substr(0, colon);
  const auto value = line.substr(colon + 1);
  return std::all_of(name.begin(), name.end(), is_of_token) && !any_byte(value, is_control);
}

bool is_strict_head(std::string_view head) {
  Framing framing;
  if (!take_request_line(head, framing)) return false;
  std::string_view line;
  while (take_line(head, line)) {
    if (line.empty()) return head.empty() && framing.is_unambiguous();
    if (!is_strict_field(line)) return false;
    const auto colon = line.find(':');
    framing.note(line.substr(0, colon), line.substr(colon + 1));
  }
  return false;
}

}  // namespace tenens::http
