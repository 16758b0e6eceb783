// Tokens, headers and cookies that anybody may send. None of them is signed by our key, so none may
// pass; and what a signature would open the way to is tried without one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "clerk_backend_api/authenticate_request.hpp"
#include "sdk/verify_claims.hpp"

using namespace clerk_backend_api;

namespace {

// RFC 8037 appendix A.2; its private half stands in A.1, which no input is long enough to find.
constexpr const char* kKeys = R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k",)"
                              R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

const AuthenticateRequestOptions& options() {
  static const AuthenticateRequestOptions chosen{
      .verify_token = {.keys = keys_from_jwks(kKeys).value(),
                       .authorized_parties = {{"https://app.example.com"}},
                       .audience = {{"api"}},
                       .now = std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000))},
      .publishable_key = "pk_live_Y2xlcmsubG9jYWxob3N0JA"};
  return chosen;
}

void read_everything(const Claims& claims) {
  static_cast<void>(claims.sub().size() + claims.org_role().size() + claims.actor_sub().size());
  static_cast<void>(claims.exp());
  for (const auto* actor : claims.actor_chain()) static_cast<void>(to_json(*actor));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (verify_token(text, options().verify_token)) std::abort();
  if (authenticate_request({.cookie = text}, options()).is_signed_in()) std::abort();
  if (authenticate_request({.authorization = text}, options()).is_signed_in()) std::abort();
  if (auto payload = parse_json(text)) {
    const Claims claims(*std::move(payload));
    static_cast<void>(detail::find_claims_fault(claims, options().verify_token));
    read_everything(claims);
  }
  return 0;
}
