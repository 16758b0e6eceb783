// A create whose answer got lost, finished without a second token. For tenensd.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"USER_ID", "STAFF_ID", "CASE_NUMBER"});
  const std::string user_id = argv[1];
  const std::string staff_id = argv[2];
  const std::string case_number = argv[3];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [create_in_doubt]
  const CreateActorTokenRequestBody request{.user_id = user_id, .actor = {{"sub", staff_id}}};
  // Something that is the same when this program is started again: the case, not the moment.
  const RequestOptions once{.idempotency_key = "case-" + case_number};

  auto res = s.actor_tokens.create_actor_token(request, once);
  if (!res && res.error().kind == ErrorKind::in_doubt) {
    // The token may exist. The same key gets that token, or makes the one there will ever be.
    std::cerr << "in doubt: " << res.error().message << "\n";
    res = s.actor_tokens.create_actor_token(request, once);
  }
  // [create_in_doubt end]
  if (res) std::cout << res->id << "\n";
  return res ? 0 : 1;
}
