#include "clerk_backend_api/verify_token.hpp"

#include "sdk/verify_claims.hpp"
#include "sdk/verify_jws.hpp"
#include "sdk/verify_key_set.hpp"

namespace clerk_backend_api {
namespace {

// By `cat` Clerk's tokens tell each other apart; the second means "do not look".
constexpr std::string_view kSessionCategory = "cl_B7d4PD111AAA";
constexpr std::string_view kAnyCategory = "cl_I7d4PD111III";

std::optional<TokenFault> find_header_fault(const detail::JwsHeader& header,
                                            const VerifyTokenOptions& options) {
  const auto& members = *header.json.if_object();
  const auto* typ = members.find("typ");
  if (typ != nullptr && *typ != Value("JWT")) return TokenFault::type_not_allowed;
  const auto* cat = members.find("cat");
  if (cat != nullptr && *cat != Value(kSessionCategory) && *cat != Value(kAnyCategory)) {
    return TokenFault::category_not_allowed;
  }
  if (!tenens::crypto::parse_signature_algorithm(header.alg)) {
    return TokenFault::algorithm_not_supported;
  }
  if (!detail::is_allowed(options.algorithms, header.alg)) return TokenFault::algorithm_not_allowed;
  return std::nullopt;
}

}  // namespace

TokenRefused::TokenRefused(TokenFault fault)
    : std::runtime_error("token refused: " + std::string(to_string(fault))), fault_(fault) {}

Claims VerifyResult::value() const {
  if (!has_value()) throw TokenRefused(fault());
  return **this;
}

VerifyResult verify_token(std::string_view token, const VerifyTokenOptions& options) {
  if (!options.keys) return TokenFault::keys_missing;
  auto parsed = detail::parse_jws(token);
  if (const auto* fault = std::get_if<TokenFault>(&parsed)) return *fault;
  const auto& jws = std::get<detail::Jws>(parsed);
  if (const auto fault = find_header_fault(*jws.header, options)) return *fault;

  const auto answer =
      options.keys->find({.kid = jws.header->kid, .stop_token = options.stop_token});
  if (!answer.key) return answer.fault;
  if (const auto fault = detail::find_signature_fault(jws, *answer.key)) return *fault;

  auto payload = parse_json(jws.payload);
  if (!payload || payload->if_object() == nullptr) return TokenFault::payload_not_json;
  Claims claims(*std::move(payload));
  if (const auto fault = detail::find_claims_fault(claims, options)) return *fault;
  return claims;
}

}  // namespace clerk_backend_api
