// Tickets, and the pieces of a JWT: what is not signed with our key never passes, and base64url has
// one spelling for each text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/base64url.hpp"
#include "crypto/jwt.hpp"
#include "wire/claims.hpp"

using namespace tenens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Secret key("0123456789abcdef0123456789abcdef");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (crypto::verify_ticket(key, text)) std::abort();
  static_cast<void>(wire::parse_ticket_claims(text));

  if (const auto bytes = parse_base64url(text)) {
    if (to_base64url(*bytes) != text) std::abort();
    static_cast<void>(wire::parse_ticket_claims(*bytes));
  }
  // Whatever is signed comes back, and not if one bit of it is another.
  const auto ticket = crypto::sign_ticket(key, text.substr(0, 500));
  if (ticket.size() > 1024) return 0;
  if (crypto::verify_ticket(key, ticket) != text.substr(0, 500)) std::abort();
  auto altered = ticket;
  altered[size % altered.size()] ^= 1;
  if (crypto::verify_ticket(key, altered)) std::abort();
  return 0;
}
