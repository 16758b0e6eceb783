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

/// What decides whether the claims hold. Empty: not claimed.
struct Deciding {
  std::string_view sub = {};
  std::string_view iss = {};
  std::string_view azp = {};
  std::optional<Instant> exp = {};
  std::optional<Instant> nbf = {};
  std::optional<Instant> iat = {};
  const Value* aud = nullptr;
};

bool take(std::string_view& text, const Value& value) {
  const auto* found = value.if_string();
  if (found != nullptr) text = *found;
  return found != nullptr;
}

bool take(std::optional<Instant>& moment, const Value& value) {
  moment = parse_moment(value);
  return moment.has_value();
}

/// False: it has another type than its name asks for.
bool take(Deciding& deciding, const Member& claim) {
  std::string_view unused;
  switch (letters_of(claim.name)) {
    case letters_of("sub"): return take(deciding.sub, claim.value);
    case letters_of("iss"): return take(deciding.iss, claim.value);
    case letters_of("azp"): return take(deciding.azp, claim.value);
    case letters_of("sid"):
    case letters_of("jti"):
    case letters_of("sts"): return take(unused, claim.value);
    case letters_of("exp"): return take(deciding.exp, claim.value);
    case letters_of("nbf"): return take(deciding.nbf, claim.value);
    case letters_of("iat"): return take(deciding.iat, claim.value);
    // An `act` that cannot be read must not pass for nobody acting.
    case letters_of("act"): return claim.value.if_object() != nullptr;
    case letters_of("aud"): deciding.aud = &claim.value; return true;
    default: return true;
  }
}

std::optional<TokenFault> find_time_fault(const Deciding& claims,
                                          const VerifyTokenOptions& options) {
  const auto now = options.now ? *options.now
                               : std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const auto skew = std::clamp(options.clock_skew, milliseconds(0), kMostSkew);
  if (!claims.exp) return TokenFault::claim_missing;
  if (now - skew >= *claims.exp) return TokenFault::expired;
  if (claims.nbf && now + skew < *claims.nbf) return TokenFault::not_active_yet;
  if (claims.iat && now + skew < *claims.iat) return TokenFault::issued_in_future;
  return std::nullopt;
}

std::optional<TokenFault> find_audience_fault(const Value* aud, const VerifyTokenOptions& options) {
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

std::optional<TokenFault> find_party_fault(const Deciding& claims,
                                           const VerifyTokenOptions& options) {
  if (options.issuers && !is_allowed(options.issuers, claims.iss)) {
    return TokenFault::issuer_not_allowed;
  }
  if (const auto fault = find_audience_fault(claims.aud, options)) return fault;
  if (!options.authorized_parties) return std::nullopt;
  if (claims.azp.empty()) return TokenFault::authorized_party_missing;
  if (!is_allowed(options.authorized_parties, claims.azp)) {
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
  Deciding deciding;
  for (const auto& claim : claims.raw()) {
    if (!take(deciding, claim)) return TokenFault::claim_type_invalid;
  }
  if (deciding.sub.empty()) return TokenFault::claim_missing;
  if (const auto fault = find_time_fault(deciding, options)) return fault;
  return find_party_fault(deciding, options);
}

}  // namespace clerk_backend_api::detail
