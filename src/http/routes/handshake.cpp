// A back end that cannot tell whether the reader of a page is signed in sends the browser here, and
// it comes back with the cookies that say so.
#include <algorithm>

#include "base/ascii.hpp"
#include "crypto/jwt.hpp"
#include "http/client_cookies.hpp"
#include "http/cookies.hpp"
#include "http/handshake_directives.hpp"
#include "http/read_query.hpp"
#include "http/routes/routes.hpp"
#include "wire/json.hpp"

namespace tenens::http::routes::handshake {
namespace {

constexpr std::string_view kNonceSuffix = "_nonce";
// What browsers keep of a cookie is 4096 bytes, name and attributes included.
constexpr std::size_t kMaxInCookie = 3800;
constexpr std::size_t kMaxDevBrowser = 128;

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
    if (pair.empty() || pair.substr(0, pair.find('=')).starts_with(kHandshakeCookie)) continue;
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

/// The name that the browser has already, or a new one.
std::string dev_browser(const Context& context) {
  const auto* known = context.request.query.find(kDevBrowser);
  const auto is_ours = [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '.';
  };
  if (known != nullptr && (known->starts_with("dvb_") || known->starts_with("client_")) &&
      known->size() <= kMaxDevBrowser && std::all_of(known->begin(), known->end(), is_ours)) {
    return *known;
  }
  return context.services.ids.make<DevBrowserId>().text;
}

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

/// What the browser carries back, and under which name.
struct Answered {
  std::string name;
  std::string token;
};

std::string handshake_json(const std::vector<std::string>& directives, std::string_view name,
                           std::optional<std::int64_t> expires = std::nullopt) {
  wire::Writer writer;
  writer.begin_object().name(name).begin_array();
  for (const auto& directive : directives) writer.value(directive);
  writer.end_array();
  if (expires) writer.member("exp", *expires);
  return writer.end_object().take();
}

/// `format=nonce` is a wish of back ends that can ask us again; Clerk's SDKs always have it.
Answered answer_for(const Context& context, const Handshake& handshake, const std::string& jwt) {
  const auto& instance_id = context.visitor.instance_id;
  const auto* format = context.request.query.find("format");
  std::string name(kHandshakeCookie);
  if (format != nullptr && *format == "nonce") {
    return {name.append(kNonceSuffix), mint_nonce(handshake, instance_id, context.services)};
  }
  const auto now = context.services.clock.now();
  const auto signer = context.services.keyring.signer(instance_id, now);
  const auto payload = handshake_json(directives_of(handshake, jwt, context.site), "handshake",
                                      to_unix_seconds(now) + kHandshakeLife.count());
  return {name, tasks::run_on(context.services.signers, [&] {
            return crypto::sign_handshake_jwt(signer->key, signer->kid, payload);
          })};
}

Reply send_back(const Context& context, Target target, const Answered& answered) {
  const auto& [name, token] = answered;
  const bool by_cookie = context.site.options().production && token.size() <= kMaxInCookie &&
                         reads_our_cookies(context, target);
  Reply reply{.status = 307};
  if (by_cookie) {
    reply.headers.add("Set-Cookie", to_set_cookie({.name = name,
                                                   .value = token,
                                                   .domain = shared_domain(context, target),
                                                   .max_age = kHandshakeLife,
                                                   .secure = context.site.https()}));
  } else {
    if (!target.query.empty()) target.query += '&';
    target.query.append(name).append("=").append(token);
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

  Handshake handshake{.origin = target->origin, .uat_domain = shared_domain(context, *target)};
  if (!context.site.options().production) handshake.dev_browser = dev_browser(context);
  std::string jwt;
  if (const auto* live = *view ? session_that_asks(**view, {}) : nullptr) {
    auto token = sessions.token(visitor, live->session.id);
    // Closed in this very moment: signed out, then.
    if (!token && token.error().code != Code::signed_out) return refused(token.error());
    if (token) {
      jwt = *std::move(token);
      handshake.session_id = live->session.id.text;
      handshake.signed_in_at = to_unix_seconds((*view)->client.updated_at);
    }
  }
  return send_back(context, *std::move(target), answer_for(context, handshake, jwt));
}

/// The second half of the nonce form: a back end asks what the browser has brought it.
Answer payload(const Context& context) {
  QueryReader query(context.request.query);
  const auto nonce = query.text("nonce");
  if (!nonce) query.fault("nonce", {}, Code::param_missing);
  if (!query.faultless()) return refused(query.failures());
  const auto& caller = context.caller;
  const auto handshake = verify_nonce(*nonce, caller.instance_id, context.services);
  if (!handshake) return refused(handshake.error());

  std::string jwt;
  if (!handshake->session_id.empty()) {
    auto token = context.services.sessions.create_token(caller, SessionId{handshake->session_id},
                                                        std::nullopt, handshake->origin);
    // Over since the browser was here: the back end learns that it is signed out.
    const bool over = !token && (token.error().code == Code::signed_out ||
                                 token.error().code == Code::session_not_found);
    if (!token && !over) return refused(token.error());
    if (token) jwt = *std::move(token);
  }
  return json(handshake_json(directives_of(*handshake, jwt, context.site), "directives"));
}

}  // namespace tenens::http::routes::handshake
