// Verifies session JWTs, without asking the server about each.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "clerk_backend_api/claims.hpp"
#include "clerk_backend_api/token_fault.hpp"
#include "clerk_backend_api/verification_keys.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// What `verify_token` asks of a token. A list that is not given is not asked for, except as noted;
/// a list that is given and empty lets nothing through: a configuration that got lost on its way
/// does not open the door.
struct VerifyTokenOptions {
  std::shared_ptr<VerificationKeys> keys = {};  ///< required
  /// Origins whose pages may use the token (`azp`), compared exactly: `https://app.example.com`.
  /// Set it wherever tokens come in cookies: without it, another site on your domain can send its
  /// visitors' tokens to you.
  std::optional<std::vector<std::string>> authorized_parties = {};
  /// Exact `iss`, for instance `https://clerk.example.com`.
  std::optional<std::vector<std::string>> issuers = {};
  /// One of these must be in `aud`. Clerk's session tokens have none. Not given: a token that does
  /// have an `aud` was made for somebody else and is refused (RFC 7519 section 4.1.3).
  std::optional<std::vector<std::string>> audience = {};
  /// Narrows what the keys allow: `{{"RS256"}}`. Names as in the registry; a symmetric one or
  /// `none` in it allows nothing.
  std::optional<std::vector<std::string>> algorithms = {};
  /// How far the clocks may be apart, for `exp`, `nbf` and `iat`. Taken as 0 s to 5 min.
  std::chrono::milliseconds clock_skew{5'000};
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> now = {};  ///< the system's clock
  std::stop_token stop_token = {};  ///< ends the wait for a JWKS
};

/// What `VerifyResult::value()` throws.
class CLERK_BACKEND_API_EXPORT TokenRefused : public std::runtime_error {
 public:
  explicit TokenRefused(TokenFault fault);
  [[nodiscard]] TokenFault fault() const noexcept { return fault_; }

 private:
  TokenFault fault_;
};

/// The claims, or why there are none. `*`, `->` and `fault()` on the wrong one of the two are bugs
/// and throw std::bad_variant_access.
class CLERK_BACKEND_API_EXPORT VerifyResult {
 public:
  VerifyResult(Claims claims)
      : content_(std::move(claims)) {}                 // NOLINT(google-explicit-constructor)
  VerifyResult(TokenFault fault) : content_(fault) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return std::holds_alternative<Claims>(content_); }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] const Claims& operator*() const& { return std::get<Claims>(content_); }
  [[nodiscard]] Claims&& operator*() && { return std::get<Claims>(std::move(content_)); }
  [[nodiscard]] const Claims* operator->() const { return &std::get<Claims>(content_); }
  [[nodiscard]] TokenFault fault() const { return std::get<TokenFault>(content_); }
  /// The claims; throws TokenRefused if there are none.
  [[nodiscard]] Claims value() const;

 private:
  std::variant<Claims, TokenFault> content_;
};

/// Checks a session JWT in compact form and gives what it says.
///
///     const auto keys = keys_from_pem(pem).value();  // once
///     const auto verdict = verify_token(
///         token, {.keys = keys, .authorized_parties = {{"https://app.example.com"}}});
///     if (!verdict) return refuse(to_string(verdict.fault()));
///     if (verdict->is_impersonated()) record(verdict->actor_sub(), verdict->sub());
///
/// Everything must hold, in this order: size (16 KiB) and form, header, key, signature, claims. The
/// algorithm is the key's; the header's must be equal to it and decides nothing. `sub` and `exp`
/// must be there. No part of the token is in any fault, message or log.
///
/// Valid does not mean "still signed in": a revoked session's token passes until it expires. Where
/// a minute is too long, ask `sessions.get` for `sid`.
///
/// Thread-safe, never throws for a token's sake. Costs one signature check and the parsing beside
/// it (bench/verify.cpp); blocks only where `keys` fetches.
[[nodiscard]] CLERK_BACKEND_API_EXPORT VerifyResult verify_token(std::string_view token,
                                                                 const VerifyTokenOptions& options);

}  // namespace clerk_backend_api
