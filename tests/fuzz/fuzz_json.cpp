// The bodies of requests, and JSON as such: what we accept comes back as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/actor_tokens.hpp"
#include "wire/sessions.hpp"
#include "wire/sign_in_tokens.hpp"
#include "wire/users.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenens::wire;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = clerk_backend_api::parse_json(text)) {
    const auto written = clerk_backend_api::to_json(*value);
    if (clerk_backend_api::parse_json(written) != value) std::abort();
  }
  if (const auto body = parse_create_actor_token(text)) {
    const CreateActorTokenRequestBody same{
        .user_id = body->user_id,
        .actor = *clerk_backend_api::parse_json(body->actor_json)->if_object()};
    const auto again = parse_create_actor_token(to_json(same));
    if (!again || again->actor_json != body->actor_json || again->user_id != body->user_id) {
      std::abort();
    }
  }
  if (const auto body = parse_create_user(text)) static_cast<void>(to_json(*body));
  if (const auto body = parse_update_user(text)) static_cast<void>(to_json(*body));
  if (const auto body = parse_create_sign_in_token(text)) static_cast<void>(to_json(*body));
  if (const auto body = parse_create_session_token(text)) static_cast<void>(to_json(*body));
  return 0;
}
