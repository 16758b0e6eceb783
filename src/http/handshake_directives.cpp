#include "http/handshake_directives.hpp"

#include "crypto/jwt.hpp"
#include "http/cookies.hpp"
#include "http/limits.hpp"
#include "wire/claims.hpp"

namespace tenens::http {
namespace {

/// Twice: plain, and with the suffix that tells instances apart. No value deletes it.
void add(std::vector<std::string>& all, Cookie cookie, const Site& site) {
  cookie.max_age = cookie.value.empty() ? seconds(0) : seconds(kClientCookieLife);
  cookie.http_only = false;  // clerk-js writes them, too
  all.push_back(to_set_cookie(cookie));
  cookie.name += "_" + site.cookie_suffix();
  all.push_back(to_set_cookie(cookie));
}

}  // namespace

std::vector<std::string> directives_of(const Handshake& handshake, const std::string& jwt,
                                       const Site& site) {
  const bool secure = handshake.origin.starts_with("https://");
  const auto signed_in_at = jwt.empty() ? 0 : handshake.signed_in_at;
  std::vector<std::string> all;
  add(all, {.name = "__session", .value = jwt, .secure = secure}, site);
  add(all,
      {.name = "__client_uat",
       .value = std::to_string(signed_in_at),
       .domain = handshake.uat_domain,
       .secure = secure},
      site);
  if (!site.options().production) {
    add(all, {.name = std::string(kDevBrowser), .value = handshake.dev_browser, .secure = secure},
        site);
  }
  return all;
}

std::string mint_nonce(const Handshake& handshake, const InstanceId& instance_id,
                       const Services& services) {
  const auto expires = to_unix_seconds(services.clock.now()) + kHandshakeLife.count();
  const wire::NonceClaims claims{.db = handshake.dev_browser,
                                 .dom = handshake.uat_domain,
                                 .exp = expires,
                                 .iid = instance_id.text,
                                 .org = handshake.origin,
                                 .sid = handshake.session_id,
                                 .uat = handshake.signed_in_at};
  const auto& instance = *services.keyring.find_instance(instance_id);
  return crypto::sign_ticket(instance.ticket_key, wire::to_json(claims));
}

Result<Handshake> verify_nonce(const std::string& nonce, const InstanceId& instance_id,
                               const Services& services) {
  const auto invalid = [] {
    return refuse(Code::handshake_invalid, {},
                  "nonce is none of this instance's, or older than a minute.");
  };
  const auto* instance = services.keyring.find_instance(instance_id);
  if (instance == nullptr) return invalid();
  const auto payload = crypto::verify_ticket(instance->ticket_key, nonce);
  if (!payload) return invalid();
  auto claims = wire::parse_nonce_claims(*payload);
  if (!claims || claims->iid != instance_id.text) return invalid();
  if (to_unix_seconds(services.clock.now()) >= claims->exp) return invalid();
  return Handshake{.session_id = std::move(claims->sid),
                   .signed_in_at = claims->uat,
                   .origin = std::move(claims->org),
                   .uat_domain = std::move(claims->dom),
                   .dev_browser = std::move(claims->db)};
}

}  // namespace tenens::http
