#include "sdk/request_cookies.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"
#include "base/base64url.hpp"
#include "clerk_backend_api/claims.hpp"
#include "crypto/digest.hpp"
#include "sdk/verify_jws.hpp"

namespace clerk_backend_api::detail {
namespace {

constexpr std::string_view kTestPrefix = "pk_test_";
constexpr std::string_view kLivePrefix = "pk_live_";
constexpr std::size_t kSuffixLength = 8;

/// Publishable keys are written in base64 with or without its padding.
std::optional<std::string> parse_base64(std::string_view text) {
  std::string url(text.substr(0, text.find_last_not_of('=') + 1));
  std::replace(url.begin(), url.end(), '+', '-');
  std::replace(url.begin(), url.end(), '/', '_');
  return tenens::parse_base64url(url);
}

std::int64_t to_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

Claims unproven_claims(std::string_view token) {
  const auto parsed = parse_jws(token);
  const auto* jws = std::get_if<Jws>(&parsed);
  auto payload = jws == nullptr ? std::nullopt : parse_json(jws->payload);
  return Claims(payload ? *std::move(payload) : Value());
}

SessionCookies read_pair(std::string_view header, const std::string& suffix) {
  SessionCookies cookies;
  cookies.session = cookie_of(header, "__session" + suffix);
  cookies.client_uat = to_number(cookie_of(header, "__client_uat" + suffix));
  return cookies;
}

bool is_staler(const SessionCookies& one, const SessionCookies& other) {
  if (other.client_uat == 0) return false;
  return one.client_uat == 0 || unproven_iat(one.session) < unproven_iat(other.session);
}

}  // namespace

std::optional<PublishableKey> parse_publishable_key(std::string_view text) {
  PublishableKey key;
  key.is_test = text.starts_with(kTestPrefix);
  if (!key.is_test && !text.starts_with(kLivePrefix)) return std::nullopt;
  const auto host = parse_base64(text.substr(kTestPrefix.size()));
  if (!host || host->size() < 2 || host->back() != '$') return std::nullopt;
  key.issuer = "https://" + host->substr(0, host->size() - 1);
  key.cookie_suffix =
      "_" + tenens::to_base64url(tenens::crypto::sha1(text)).substr(0, kSuffixLength);
  return key;
}

std::string_view cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto pair = tenens::trim(header.substr(0, header.find(';')));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
    const auto next = header.find(';');
    header.remove_prefix(next == std::string_view::npos ? header.size() : next + 1);
  }
  return {};
}

std::int64_t unproven_iat(std::string_view token) {
  const auto iat = unproven_claims(token).iat();
  return iat ? iat->time_since_epoch().count() : 0;
}

SessionCookies choose_cookies(std::string_view header, const PublishableKey& key) {
  const auto ours = read_pair(header, key.cookie_suffix);
  const auto plain = read_pair(header, "");
  // Every instance on a host writes the plain names; only `iss` says whose this token is.
  const bool plain_is_ours =
      plain.session.empty() || unproven_claims(plain.session).iss() == key.issuer;
  const bool have_ours =
      ours.client_uat != 0 || !cookie_of(header, "__client_uat" + key.cookie_suffix).empty();

  auto chosen = plain_is_ours && (!have_ours || is_staler(ours, plain)) ? plain : ours;
  chosen.has_browser_token = !cookie_of(header, "__clerk_db_jwt").empty() ||
                             !cookie_of(header, "__clerk_db_jwt" + key.cookie_suffix).empty();
  return chosen;
}

}  // namespace clerk_backend_api::detail
