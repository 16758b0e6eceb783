// Makes a link that signs in as a user, once.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"USER_ID", "STAFF_ID"});
  const std::string user_id = argv[1];
  const std::string staff_id = argv[2];

  // [create_actor_token]
  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  auto res = s.actor_tokens.create_actor_token({
      .user_id = user_id,
      .actor = {{"sub", staff_id}},
      .expires_in_seconds = 3600,
      .session_max_duration_in_seconds = 1800,
  });

  if (res) {
    // The link is a secret: hand it to the actor and to nobody else.
    std::cout << to_json(Object{{"id", res->id},
                                {"status", res->status.text()},
                                {"url", res->url ? Value(res->url->expose()) : Value()}})
              << "\n";
  } else {
    // The kind says what can be done about it; see troubleshooting.md.
    std::cerr << to_string(res.error().kind) << ": " << res.error().message << "\n";
  }
  // [create_actor_token end]
  return res ? 0 : 1;
}
