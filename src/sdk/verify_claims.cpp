#include "sdk/verify_claims.hpp"

#include <algorithm>
#include <cstdint>

#include "sdk/numeric_date.hpp"

namespace clerk_backend_api::detail {
namespace {

using std::chrono::milliseconds;
using Instant = std::chrono::sys_time<milliseconds>;

constexpr milliseconds kMostSkew = std::chrono::minutes(5);

/// Of a name of three letters, as all of these have; zero for others.
constexpr std::uint32_t letters_of(std::string_view name) {
  std::uint32_t letters = 0;
  if (name.size() != 3) return letters;
  for (const char c : name) letters = letters << 8U | static_cast<unsigned char>(c);
  return letters;
}

bool has_its_type(const Member& claim) {
  switch (letters_of(claim.name)) {
    case letters_of("sub"):
    case letters_of("sid"):
    case letters_of("iss"):
    case letters_of("azp"):
    case letters_of("jti"):
    case letters_of("sts"): return claim.value.if_string() != nullptr;
    case letters_of("exp"):
    case letters_of("nbf"):
    case letters_of("iat"): return to_moment(claim.value).has_value();
    // An `act` that cannot be read must not pass for nobody acting.
    case letters_of("act"): return claim.value.if_object() != nullptr;
    default: return true;
  }
}

std::optional<TokenFault> find_time_fault(const Claims& claims, const VerifyTokenOptions& options) {
  const auto now = options.now ? *options.now
                               : std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const auto skew = std::clamp(options.clock_skew, milliseconds(0), kMostSkew);
  const auto exp = claims.exp();
  const auto nbf = claims.nbf();
  const auto iat = claims.iat();
  if (!exp) return TokenFault::claim_missing;
  if (now - skew >= *exp) return TokenFault::expired;
  if (nbf && now + skew < *nbf) return TokenFault::not_active_yet;
  if (iat && now + skew < *iat) return TokenFault::issued_in_future;
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
  const auto azp = claims.azp();
  if (azp.empty()) return TokenFault::authorized_party_missing;
  if (!is_allowed(options.authorized_parties, azp)) {
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
  const auto& payload = claims.raw();
  if (!std::all_of(payload.begin(), payload.end(), has_its_type)) {
    return TokenFault::claim_type_invalid;
  }
  if (claims.sub().empty()) return TokenFault::claim_missing;
  if (const auto fault = find_time_fault(claims, options)) return fault;
  return find_party_fault(claims, options);
}

}  // namespace clerk_backend_api::detail
