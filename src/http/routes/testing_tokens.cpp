#include "wire/testing_tokens.hpp"

#include "http/routes/routes.hpp"

namespace tenens::http::routes::testing_tokens {
namespace {

constexpr seconds kLife{3600};

}  // namespace

/// Clerk's lets an automated browser past its detection of bots. Nobody is suspected of being one
/// here, so it opens nothing, nothing is kept about it, and the Frontend API does not look at it.
Answer create(const Context& context) {
  const auto now = to_unix_seconds(context.services.clock.now());
  return json(wire::to_json(wire::TestingToken{
      .token = std::to_string(now) + "-" + random_base64url(context.services.random, 24),
      .expires_at = now + kLife.count()}));
}

}  // namespace tenens::http::routes::testing_tokens
