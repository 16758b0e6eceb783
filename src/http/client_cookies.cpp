#include "http/client_cookies.hpp"

#include "http/authenticate.hpp"
#include "http/cookies.hpp"
#include "http/limits.hpp"

namespace tenens::http {
namespace {

constexpr std::string_view kUat = "__client_uat";
constexpr std::string_view kFrontendPrefix = "clerk.";

void add(Reply& reply, const Cookie& cookie) {
  reply.headers.add("Set-Cookie", to_set_cookie(cookie));
}

void add_uat(Reply& reply, const Context& context, const std::string& value) {
  Cookie cookie{.name = std::string(kUat),
                .value = value,
                .domain = uat_domain(context),
                .max_age = kClientCookieLife,
                .http_only = false,  // clerk-js reads it
                .secure = context.site.https()};
  add(reply, cookie);
  cookie.name += "_" + context.site.cookie_suffix();
  add(reply, cookie);
}

}  // namespace

/// `clerk.example.com` may speak for `example.com`, where the application is. Reached by another
/// name, as through a proxy on the application's own host, the cookie is for that host alone.
std::string uat_domain(const Context& context) {
  const auto& frontend_host = context.site.options().frontend_host;
  const auto host = context.request.header("host");
  const bool direct = host.substr(0, host.rfind(':')) == frontend_host;
  if (!direct || !frontend_host.starts_with(kFrontendPrefix)) return {};
  auto domain = frontend_host.substr(kFrontendPrefix.size());
  return domain.find('.') == std::string::npos ? std::string() : domain;
}

void add_client_cookies(Reply& reply, const Context& context, const SignedIn& signed_in) {
  add(reply, {.name = std::string(kClientCookie),
              .value = std::string(signed_in.client_cookie.expose()),
              .max_age = kClientCookieLife,
              .secure = context.site.https()});
  add_uat_cookies(reply, context, signed_in.view);
  // Where no cookie of ours is kept, the name of the development browser does its work: clerk-js
  // takes a new one from this header. Only development: a page's scripts can read it.
  if (!context.site.options().production && context.request.query.count(kDevBrowser) == 1) {
    reply.headers.add("Clerk-Db-Jwt", std::string(signed_in.client_cookie.expose()));
  }
}

void add_uat_cookies(Reply& reply, const Context& context, const std::optional<ClientView>& view) {
  if (!context.site.options().production) return;  // clerk-js writes them itself
  const bool signed_in = view && !view->sessions.empty();
  add_uat(reply, context, std::to_string(signed_in ? to_unix_seconds(view->client.updated_at) : 0));
}

void tell_application(Reply& reply, const Context& context, const SignedIn& signed_in) {
  if (context.site.options().production) return;  // it is told already
  add_uat(reply, context, std::to_string(to_unix_seconds(signed_in.view.client.updated_at)));
}

}  // namespace tenens::http
