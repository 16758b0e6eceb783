// One call that may take longer, and one that must not.
#include <chrono>
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"USER_ID"});
  const std::string user_id = argv[1];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [retries_and_timeout]
  const RetryConfig patient{
      .strategy = RetryStrategy::backoff,
      .backoff = {.initial_interval = 500ms,
                  .max_interval = 60s,
                  .exponent = 1.5,
                  .max_elapsed_time = 5min},
      .retry_connection_errors = true,
  };
  auto sure = s.users.get(user_id, {.retries = patient});

  const RetryConfig none{.strategy = RetryStrategy::none};
  auto quick = s.users.get(user_id, {.retries = none, .timeout = 800ms});
  // [retries_and_timeout end]
  for (const auto* res : {&sure, &quick}) {
    std::cout << (*res ? (*res)->id : std::string(to_string(res->error().kind))) << "\n";
  }
  return sure && quick ? 0 : 1;
}
