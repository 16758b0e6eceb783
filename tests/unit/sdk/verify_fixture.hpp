// A token, its issuer, and what verify_token says of it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "clerk_backend_api/verify_token.hpp"
#include "unit/sdk/verify_signer.hpp"

namespace clerk_backend_api::testing {

using namespace std::chrono_literals;

inline constexpr std::chrono::sys_seconds kNow{1'700'000'000s};
inline constexpr const char* kPayload =
    R"({"sub":"user_1","sid":"sess_1","iss":"https://clerk.example.com",)"
    R"("azp":"https://app.example.com","iat":1700000000,"nbf":1699999990,"exp":1700000060})";
inline constexpr const char* kLeast = R"({"sub":"user_1","exp":1700000060})";

inline std::shared_ptr<VerificationKeys> rs256_keys() {
  static const auto keys = keys_from_jwks(rs256().jwks()).value();
  return keys;
}

inline VerifyTokenOptions at_now(std::shared_ptr<VerificationKeys> keys = rs256_keys()) {
  return {.keys = std::move(keys), .now = kNow};
}

/// The fault's name; "none" if the token passes.
inline std::string_view fault_of(std::string_view token,
                                 const VerifyTokenOptions& options = at_now()) {
  const auto verdict = verify_token(token, options);
  return verdict ? "none" : to_string(verdict.fault());
}

inline std::string_view fault_of_header(const std::string& header) {
  return fault_of(rs256().token(header, kPayload));
}
inline std::string_view fault_of_payload(const std::string& payload,
                                         const VerifyTokenOptions& options = at_now()) {
  return fault_of(rs256().token(payload), options);
}

}  // namespace clerk_backend_api::testing
