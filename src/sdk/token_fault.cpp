#include "clerk_backend_api/token_fault.hpp"

namespace clerk_backend_api {

std::string_view to_string(TokenFault fault) {
  switch (fault) {
    case TokenFault::keys_missing: return "keys_missing";
    case TokenFault::token_missing: return "token_missing";
    case TokenFault::token_too_large: return "token_too_large";
    case TokenFault::not_a_jwt: return "not_a_jwt";
    case TokenFault::encoding_invalid: return "encoding_invalid";
    case TokenFault::header_not_json: return "header_not_json";
    case TokenFault::payload_not_json: return "payload_not_json";
    case TokenFault::algorithm_not_supported: return "algorithm_not_supported";
    case TokenFault::algorithm_not_allowed: return "algorithm_not_allowed";
    case TokenFault::algorithm_mismatch: return "algorithm_mismatch";
    case TokenFault::type_not_allowed: return "type_not_allowed";
    case TokenFault::category_not_allowed: return "category_not_allowed";
    case TokenFault::critical_header: return "critical_header";
    case TokenFault::key_in_header: return "key_in_header";
    case TokenFault::payload_not_encoded: return "payload_not_encoded";
    case TokenFault::kid_missing: return "kid_missing";
    case TokenFault::kid_invalid: return "kid_invalid";
    case TokenFault::kid_unknown: return "kid_unknown";
    case TokenFault::keys_unavailable: return "keys_unavailable";
    case TokenFault::cancelled: return "cancelled";
    case TokenFault::signature_invalid: return "signature_invalid";
    case TokenFault::claim_missing: return "claim_missing";
    case TokenFault::claim_type_invalid: return "claim_type_invalid";
    case TokenFault::expired: return "expired";
    case TokenFault::not_active_yet: return "not_active_yet";
    case TokenFault::issued_in_future: return "issued_in_future";
    case TokenFault::issuer_not_allowed: return "issuer_not_allowed";
    case TokenFault::audience_not_allowed: return "audience_not_allowed";
    case TokenFault::authorized_party_missing: return "authorized_party_missing";
    case TokenFault::authorized_party_not_allowed: return "authorized_party_not_allowed";
  }
  return "unknown";
}

}  // namespace clerk_backend_api
