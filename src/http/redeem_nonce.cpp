#include "http/redeem_nonce.hpp"

#include "http/limits.hpp"

namespace tenens::http {
namespace {

constexpr auto kNonceField = "redeem_nonce";

}  // namespace

Result<std::optional<Secret>> read_redeem_nonce(const Params& form) {
  const auto* nonce = form.find(kNonceField);
  if (nonce == nullptr) return std::nullopt;
  const bool fits =
      nonce->size() >= kMinRedeemNonceBytes && nonce->size() <= kMaxRedeemNonceBytes &&
      std::all_of(nonce->begin(), nonce->end(), [](char c) { return is_printable(c) && c != ' '; });
  if (!fits) {
    return refuse(Code::param_invalid, kNonceField,
                  "must be " + std::to_string(kMinRedeemNonceBytes) + " to " +
                      std::to_string(kMaxRedeemNonceBytes) +
                      " printable ASCII characters without a space, at least 128 random bits");
  }
  return Secret(*nonce);
}

std::string new_redeem_nonce(Random& random) {
  return random_base64url(random, 32);
}

}  // namespace tenens::http
