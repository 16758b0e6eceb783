// Key sets and PEMs as a server, or who stands between, may send them.
#include <cstddef>
#include <cstdint>

#include "clerk_backend_api/verification_keys.hpp"
#include "sdk/verify_key_set.hpp"

using namespace clerk_backend_api;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(keys_from_jwks(text));
  static_cast<void>(keys_from_pem(text));
  const auto value = parse_json(text);
  if (value && value->if_object() != nullptr) {
    if (const auto key = detail::parse_verification_key(*value->if_object())) {
      static_cast<void>(key->verify(text, text));
      static_cast<void>(key->verify(text, std::string(64, 'x')));
      static_cast<void>(key->verify(text, std::string(256, 'x')));
    }
  }
  return 0;
}
