// Makes a link worthless that nobody has used yet.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"ACTOR_TOKEN_ID"});
  const std::string actor_token_id = argv[1];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [revoke_actor_token]
  auto res = s.actor_tokens.revoke_actor_token(actor_token_id);

  if (res) {
    std::cout << res->id << " is " << res->status.text() << "\n";
  } else if (res.error().kind == ErrorKind::invalid_request) {
    // Not pending: already revoked, or already redeemed. What it opened goes on until it is ended.
    std::cerr << res.error().message << "\n";
  } else {
    std::cerr << to_string(res.error().kind) << ": " << res.error().message << "\n";
  }
  // [revoke_actor_token end]
  return res ? 0 : 1;
}
