// Ends every session in which somebody of the staff acts. For tenensd: it can filter by actor.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>
#include <vector>

#include "environment.hpp"

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"STAFF_ID"});
  const std::string staff_id = argv[1];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [end_sessions]
  // Gather first: a session that is revoked leaves the list, and the pages would shift.
  std::vector<std::string> ids;
  for (const auto& session :
       s.sessions.list_all({.status = SessionStatus::active, .actor_sub = staff_id})) {
    ids.push_back(session.value().id);  // throws if a page could not be had
  }
  for (const std::string& id : ids) {
    std::cout << id << " " << s.sessions.revoke(id).value().status.text() << "\n";
  }
  // [end_sessions end]
  return 0;
}
