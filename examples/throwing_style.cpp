// The same calls for those who prefer exceptions.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"USER_ID", "STAFF_ID"});
  const std::string user_id = argv[1];
  const std::string staff_id = argv[2];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [throwing_style]
  try {
    const ActorToken token =
        s.actor_tokens.create_actor_token({.user_id = user_id, .actor = {{"sub", staff_id}}})
            .value();
    std::cout << token.id << "\n";
    return 0;
  } catch (const ClerkErrors& refused) {  // 400, 402, 422
    for (const ErrorItem& item : refused.errors()) {
      std::cerr << item.code << ": " << item.long_message << "\n";
    }
  } catch (const SDKError& failed) {  // everything else, and no answer at all
    std::cerr << to_string(failed.error().kind) << ": " << failed.what() << "\n";
  }
  // [throwing_style end]
  return 1;
}
