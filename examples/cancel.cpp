// A call that somebody gives up on.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>
#include <stop_token>
#include <thread>

#include "environment.hpp"

using namespace clerk_backend_api;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"USER_ID"});
  const std::string user_id = argv[1];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [cancel]
  std::stop_source gave_up;
  const RequestOptions options{.stop_token = gave_up.get_token()};

  std::jthread somebody([&] {
    std::this_thread::sleep_for(300ms);  // looks at the clock, presses Escape
    gave_up.request_stop();
  });
  auto res = s.users.get(user_id, options);

  if (!res && res.error().kind == ErrorKind::cancelled) std::cout << "given up\n";
  // [cancel end]
  if (res) std::cout << res->id << "\n";
  return 0;
}
