#include "http/redeem_nonce.hpp"

#include <array>

#include "base/base64url.hpp"
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
  std::array<std::byte, 32> bytes;
  random.fill(bytes);
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace tenens::http
