#include "http/authenticate.hpp"

#include <chrono>

#include "http/cookies.hpp"

namespace tenens::http {
namespace {

constexpr std::string_view kBearer = "bearer ";

std::optional<int> parse_number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = parse_number(text.substr(0, 4));
  const auto month = parse_number(text.substr(5, 2));
  const auto day = parse_number(text.substr(8, 2));
  if (!year || !month || !day) return false;
  return std::chrono::year_month_day(std::chrono::year(*year),
                                     std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

/// A page's own GET carries no Origin. Clerk's proxy helper then says where it stands; the last
/// resort is the application we know of. Nothing that is not on the list becomes an `azp`.
std::string page_origin(const Request& request, const Site& site) {
  if (const auto origin = request.header("origin"); !origin.empty() && site.admits(origin)) {
    return std::string(origin);
  }
  const auto proxy = origin_of(request.header("clerk-proxy-url"));
  if (proxy && site.admits(*proxy)) return *proxy;
  return site.app_origin().empty() ? site.public_origin() : site.app_origin();
}

}  // namespace

Result<Caller> caller_of(const Request& request, const Keyring& keyring) {
  const auto count = request.headers.count("authorization");
  if (count == 0) return refuse(Code::authentication_missing);
  const auto header = request.header("authorization");
  if (count > 1 || !equal_ignoring_case(header.substr(0, kBearer.size()), kBearer)) {
    return refuse(Code::authorization_malformed);
  }
  const auto secret = trim(header.substr(kBearer.size()));
  if (secret.empty() || secret.find(' ') != std::string_view::npos) {
    return refuse(Code::authorization_malformed);
  }
  const auto key = keyring.find_secret_key(secret);
  if (key == nullptr) return refuse(Code::secret_key_unknown);
  return Caller{.instance_id = key->instance_id, .key_id = key->id, .address = request.address};
}

Done check_api_version(const Request& request) {
  const auto in_header = request.headers.all("clerk-api-version");
  const auto in_query = request.query.all("__clerk_api_version");
  if (in_header.size() + in_query.size() > 1) return refuse(Code::api_version_conflict);
  for (const auto& version : in_header) {
    if (!is_date(version)) return refuse(Code::api_version_conflict);
  }
  for (const auto& version : in_query) {
    if (!is_date(version)) return refuse(Code::api_version_conflict);
  }
  return {};
}

Visitor visitor_of(const Request& request, const Keyring& keyring, const Site& site) {
  Visitor visitor{.instance_id = keyring.frontend_instance().id,
                  .address = request.address,
                  .origin = page_origin(request, site)};
  auto cookie = find_cookie(request, kClientCookie);
  if (!cookie && !site.options().production) {
    // An application on another site, to which browsers give us no cookie.
    if (const auto* browser = request.query.find(kDevBrowser)) cookie = *browser;
  }
  // What add_client_cookies has not given proves nothing, and a database may refuse what is no
  // text, together with all that shares its transaction.
  if (cookie && std::all_of(cookie->begin(), cookie->end(), is_printable)) {
    visitor.client_cookie = Secret(*std::move(cookie));
  }
  return visitor;
}

}  // namespace tenens::http
