// A back end that cannot tell whether the reader of a page is signed in sends the browser here, and
// it comes back with the cookies that say so.
#include <algorithm>

#include "crypto/jwt.hpp"
#include "http/client_cookies.hpp"
#include "http/cookies.hpp"
#include "http/limits.hpp"
#include "http/routes/routes.hpp"
#include "http/text.hpp"
#include "wire/json.hpp"

namespace tenens::http::routes::handshake {
namespace {

constexpr std::string_view kHandshake = "__clerk_handshake";
constexpr std::string_view kDevBrowser = "__clerk_db_jwt";
constexpr seconds kLife{60};
// What browsers keep of a cookie is 4096 bytes, name and attributes included.
constexpr std::size_t kMaxInCookie = 3800;
constexpr std::size_t kMaxDevBrowser = 64;

/// Where the browser goes back to.
struct Target {
  std::string url;     // without fragment and query
  std::string query;   // without what an earlier handshake left
  std::string hash;    // with its `#`, or empty
  std::string origin;  // on the list
};

/// A handshake that came along with the address is not ours to pass on.
std::string without_handshake(std::string_view query) {
  std::string kept;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty() || pair.substr(0, pair.find('=')).starts_with(kHandshake)) continue;
    if (!kept.empty()) kept += '&';
    kept += pair;
  }
  return kept;
}

/// Only the part that says where the browser lands is parsed, strictly; the rest has only to be
/// what browsers write.
std::optional<Target> parse_target(std::string_view text, const Site& site) {
  const auto is_written = [](char c) { return c > ' ' && c < '\x7f' && c != '\\' && c != '"'; };
  if (!std::all_of(text.begin(), text.end(), is_written)) return std::nullopt;
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos) return std::nullopt;
  const auto authority_end = std::min(text.find_first_of("/?#", slashes + 3), text.size());
  const auto origin = origin_of(text.substr(0, authority_end));
  if (!origin || !site.admits(*origin)) return std::nullopt;

  const auto hash = std::min(text.find('#'), text.size());
  const auto query = std::min(text.find('?'), hash);
  Target target{.url = *origin,
                .query = without_handshake(
                    text.substr(std::min(query + 1, hash), hash - std::min(query + 1, hash))),
                .hash = std::string(text.substr(hash)),
                .origin = *origin};
  const auto path = text.substr(authority_end, query - authority_end);
  target.url += path.empty() ? "/" : path;
  return target;
}

Result<Target> target_of(const Context& context) {
  const auto& query = context.request.query;
  if (query.count("redirect_url") != 1) {
    return refuse(Code::handshake_invalid, {}, "redirect_url must be given once.");
  }
  auto target = parse_target(*query.find("redirect_url"), context.site);
  if (!target) {
    return refuse(Code::handshake_invalid, {},
                  "redirect_url is not an address of an application that may use this server.");
  }
  return *std::move(target);
}

const LiveSession* active_session(const std::optional<ClientView>& view) {
  if (!view || view->sessions.empty()) return nullptr;
  for (const auto& live : view->sessions) {
    if (live.session.id == view->client.last_active_session_id) return &live;
  }
  return &view->sessions.front();
}

/// The name that the browser has already, or a new one.
std::string dev_browser(const Context& context) {
  const auto* known = context.request.query.find(kDevBrowser);
  const auto is_ours = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (known != nullptr && known->starts_with("dvb_") && known->size() <= kMaxDevBrowser &&
      std::all_of(known->begin(), known->end(), is_ours)) {
    return *known;
  }
  return context.services.ids.make<DevBrowserId>().text;
}

/// Collects `Set-Cookie` strings for the application's host.
class Directives {
 public:
  Directives(const Context& context, const Target& target)
      : suffix_(context.site.cookie_suffix()), secure_(target.origin.starts_with("https://")) {}

  /// Twice: plain, and with the suffix that tells instances apart. No value deletes it.
  void add(std::string_view name, const std::string& value, const std::string& domain = {}) {
    Cookie cookie{.name = std::string(name),
                  .value = value,
                  .domain = domain,
                  .max_age = value.empty() ? seconds(0) : seconds(kClientCookieLife),
                  .http_only = false,  // clerk-js writes them, too
                  .secure = secure_};
    all_.push_back(to_set_cookie(cookie));
    cookie.name += "_" + suffix_;
    all_.push_back(to_set_cookie(cookie));
  }

  [[nodiscard]] std::string payload(Instant now) const {
    wire::Writer writer;
    writer.begin_object().name("handshake").begin_array();
    for (const auto& directive : all_) writer.value(directive);
    writer.end_array();
    writer.member("exp", to_unix_seconds(now) + kLife.count());
    return writer.end_object().take();
  }

 private:
  std::string suffix_;
  bool secure_;
  std::vector<std::string> all_;
};

/// Of `scheme://host[:port]`; cookies know no ports.
std::string_view host_of(std::string_view origin) {
  auto host = origin.substr(origin.find("//") + 2);
  const auto colon = host.rfind(':');
  const bool is_port = colon != std::string_view::npos && host.find(']', colon) == host.npos;
  return is_port ? host.substr(0, colon) : host;
}

/// `__client_uat` must replace the one that the Frontend API has set, not stand beside it.
std::string shared_domain(const Context& context, const Target& target) {
  if (!context.site.options().production) return {};
  auto domain = uat_domain(context);
  const auto host = host_of(target.origin);
  const bool within = !domain.empty() && (host == domain || host.ends_with("." + domain));
  return within ? domain : std::string();
}

/// The browser gives the application a cookie that we set if it reaches us by the application's own
/// host, be it another port or a proxy, or if the cookie is for the domain of both.
bool reads_our_cookies(const Context& context, const Target& target) {
  if (!shared_domain(context, target).empty()) return true;
  const auto host = host_of(target.origin);
  const auto proxy = origin_of(context.request.header("clerk-proxy-url"));
  return host == host_of(context.site.public_origin()) || (proxy && host == host_of(*proxy));
}

Reply send_back(const Context& context, Target target, const std::string& token) {
  const bool by_cookie = context.site.options().production && token.size() <= kMaxInCookie &&
                         reads_our_cookies(context, target);
  Reply reply{.status = 307};
  if (by_cookie) {
    reply.headers.add("Set-Cookie", to_set_cookie({.name = std::string(kHandshake),
                                                   .value = token,
                                                   .domain = shared_domain(context, target),
                                                   .max_age = kLife,
                                                   .secure = context.site.https()}));
  } else {
    if (!target.query.empty()) target.query += '&';
    target.query.append(kHandshake).append("=").append(token);
  }
  if (!target.query.empty()) target.url += '?' + target.query;
  reply.headers.add("Location", target.url + target.hash);
  reply.headers.add("Referrer-Policy", "no-referrer");
  return reply;
}

}  // namespace

Answer get(const Context& context) {
  auto target = target_of(context);
  if (!target) return refused(target.error());
  auto visitor = context.visitor;
  visitor.origin = target->origin;
  auto& sessions = context.services.sessions;
  const auto view = sessions.client(visitor);
  if (!view) return refused(view.error());

  std::string jwt;
  std::string signed_in_at = "0";
  if (const auto* live = active_session(*view)) {
    auto token = sessions.token(visitor, live->session.id);
    // Closed in this very moment: signed out, then.
    if (!token && token.error().code != Code::signed_out) return refused(token.error());
    if (token) {
      jwt = *std::move(token);
      signed_in_at = std::to_string(to_unix_seconds((*view)->client.updated_at));
    }
  }

  Directives directives(context, *target);
  directives.add("__session", jwt);
  directives.add("__client_uat", signed_in_at, shared_domain(context, *target));
  if (!context.site.options().production) directives.add(kDevBrowser, dev_browser(context));
  const auto now = context.services.clock.now();
  const auto signer = context.services.keyring.signer(visitor.instance_id, now);
  const auto token = crypto::sign_handshake_jwt(signer->key, signer->kid, directives.payload(now));
  return send_back(context, *std::move(target), token);
}

}  // namespace tenens::http::routes::handshake
