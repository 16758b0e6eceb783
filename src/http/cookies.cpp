#include "http/cookies.hpp"

namespace tenens::http {

std::optional<std::string> find_cookie(const Request& request, std::string_view name) {
  std::optional<std::string> found;
  for (const auto& header : request.headers.all("cookie")) {
    std::string_view rest = header;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      const auto pair = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      const auto value = pair.substr(equals + 1);
      // A neighbour on the same domain can plant one with a longer path, which would come first.
      if (value.empty() || (found && *found != value)) return std::nullopt;
      found = value;
    }
  }
  return found;
}

std::string to_set_cookie(const Cookie& cookie) {
  auto text = cookie.name + "=" + cookie.value + "; Path=" + cookie.path;
  if (!cookie.domain.empty()) text += "; Domain=" + cookie.domain;
  if (cookie.max_age) text += "; Max-Age=" + std::to_string(cookie.max_age->count());
  text += cookie.same_site_strict ? "; SameSite=Strict" : "; SameSite=Lax";
  if (cookie.http_only) text += "; HttpOnly";
  if (cookie.secure) text += "; Secure";
  return text;
}

}  // namespace tenens::http
