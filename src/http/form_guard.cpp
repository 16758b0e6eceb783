#include "http/form_guard.hpp"

#include "base/base64url.hpp"
#include "crypto/digest.hpp"
#include "http/cookies.hpp"

namespace tenens::http {
namespace {

constexpr std::string_view kCookie = "__tenens_csrf";
constexpr std::string_view kGuardField = "csrf";
constexpr std::size_t kTokenBytes = 32;

/// A value that we could have made; anything else is replaced.
bool is_token(const std::optional<std::string>& text) {
  if (!text) return false;
  const auto bytes = parse_base64url(*text);
  return bytes && bytes->size() == kTokenBytes;
}

/// Our pages send no referrer, which makes browsers send `Origin: null` with their forms; so `null`
/// proves nothing in either direction, and the token has to.
bool browser_objects(const Context& context) {
  const auto& request = context.request;
  const auto site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  const auto origin = request.header("origin");
  return !origin.empty() && origin != "null" &&
         !context.site.is_own(origin, request.header("host"));
}

}  // namespace

FormToken form_token(const Context& context) {
  auto known = find_cookie(context.request, kCookie);
  auto value =
      is_token(known) ? *std::move(known) : random_base64url(context.services.random, kTokenBytes);
  auto set_cookie = to_set_cookie({.name = std::string(kCookie),
                                   .value = value,
                                   .path = context.site.base_path() + "/v1/tickets",
                                   .same_site_strict = true,
                                   .secure = context.site.https()});
  return {std::move(value), std::move(set_cookie)};
}

Done check_form(const Context& context, const Params& form) {
  const auto cookie = find_cookie(context.request, kCookie);
  const auto* field = form.find(kGuardField);
  if (browser_objects(context) || field == nullptr || !is_token(cookie) ||
      !crypto::equal(crypto::sha256(*field), crypto::sha256(*cookie))) {
    return refuse(Code::not_from_this_page);
  }
  return {};
}

}  // namespace tenens::http
