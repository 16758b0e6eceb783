// Answers of a server, read as each of the models; and JSON, which must come back as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/actor_tokens.hpp"
#include "wire/errors.hpp"
#include "wire/sessions.hpp"
#include "wire/users.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenens::wire;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(to_error_body(text));
  const auto value = clerk_backend_api::parse_json(text);
  if (!value) return 0;
  if (clerk_backend_api::parse_json(clerk_backend_api::to_json(*value)) != value) std::abort();
  if (const auto token = parse_actor_token(*value)) static_cast<void>(to_json(*token));
  if (const auto user = parse_user(*value)) static_cast<void>(to_json(*user));
  if (const auto session = parse_session(*value)) static_cast<void>(to_json(*session));
  return 0;
}
