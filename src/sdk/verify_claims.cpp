#include "sdk/verify_claims.hpp"

#include <algorithm>

#include "sdk/numeric_date.hpp"

namespace clerk_backend_api::detail {
namespace {

using std::chrono::milliseconds;
using Instant = std::chrono::sys_time<milliseconds>;

constexpr milliseconds kMostSkew = std::chrono::minutes(5);

std::optional<TokenFault> find_type_fault(const Object& payload) {
  for (const std::string_view name : {"sub", "sid", "iss", "azp", "jti", "sts"}) {
    const auto* value = payload.find(name);
    if (value != nullptr && value->if_string() == nullptr) return TokenFault::claim_type_invalid;
  }
  for (const std::string_view name : {"exp", "nbf", "iat"}) {
    const auto* value = payload.find(name);
    if (value != nullptr && !to_moment(*value)) return TokenFault::claim_type_invalid;
  }
  // An `act` that cannot be read must not pass for nobody acting.
  const auto* act = payload.find("act");
  if (act != nullptr && act->if_object() == nullptr) return TokenFault::claim_type_invalid;
  return std::nullopt;
}

std::optional<TokenFault> find_time_fault(const Claims& claims, const VerifyTokenOptions& options) {
  const auto now = options.now ? *options.now
                               : std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const auto skew = std::clamp(options.clock_skew, milliseconds(0), kMostSkew);
  if (now - skew >= *claims.exp()) return TokenFault::expired;
  if (claims.nbf() && now + skew < *claims.nbf()) return TokenFault::not_active_yet;
  if (claims.iat() && now + skew < *claims.iat()) return TokenFault::issued_in_future;
  return std::nullopt;
}

std::optional<TokenFault> find_audience_fault(const Object& payload,
                                              const VerifyTokenOptions& options) {
  const auto* aud = payload.find("aud");
  if (aud == nullptr) {
    return options.audience ? std::optional(TokenFault::audience_not_allowed) : std::nullopt;
  }
  const Array one{*aud};
  const auto* several = aud->if_array();
  bool ours = false;
  for (const auto& item : several != nullptr ? *several : one) {
    const auto* name = item.if_string();
    if (name == nullptr) return TokenFault::claim_type_invalid;
    ours = ours || (options.audience && is_allowed(options.audience, *name));
  }
  return ours ? std::nullopt : std::optional(TokenFault::audience_not_allowed);
}

std::optional<TokenFault> find_party_fault(const Claims& claims,
                                           const VerifyTokenOptions& options) {
  if (options.issuers && !is_allowed(options.issuers, claims.iss())) {
    return TokenFault::issuer_not_allowed;
  }
  if (const auto fault = find_audience_fault(claims.raw(), options)) return fault;
  if (!options.authorized_parties) return std::nullopt;
  if (claims.azp().empty()) return TokenFault::authorized_party_missing;
  if (!is_allowed(options.authorized_parties, claims.azp())) {
    return TokenFault::authorized_party_not_allowed;
  }
  return std::nullopt;
}

}  // namespace

bool is_allowed(const std::optional<std::vector<std::string>>& list, std::string_view word) {
  return !list || std::find(list->begin(), list->end(), word) != list->end();
}

std::optional<TokenFault> find_claims_fault(const Claims& claims,
                                            const VerifyTokenOptions& options) {
  if (const auto fault = find_type_fault(claims.raw())) return fault;
  if (claims.sub().empty() || !claims.exp()) return TokenFault::claim_missing;
  if (const auto fault = find_time_fault(claims, options)) return fault;
  return find_party_fault(claims, options);
}

}  // namespace clerk_backend_api::detail
