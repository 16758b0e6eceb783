// Who of the staff may still act as whom? For tenensd.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"STAFF_ID"});
  const std::string staff_id = argv[1];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [list_actor_tokens]
  const ListActorTokensRequest pending{.actor_sub = staff_id, .status = ActorTokenStatus::pending};

  for (const auto& token : s.actor_tokens.list_all(pending)) {
    if (!token) {  // a page could not be had; nothing comes after it
      std::cerr << to_string(token.error().kind) << ": " << token.error().message << "\n";
      return 1;
    }
    std::cout << token->id << " " << token->user_id << "\n";
  }
  // [list_actor_tokens end]
  return 0;
}
