// Makes a user, finds it again, changes it.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"EMAIL"});
  const std::string email = argv[1];

  Clerk s{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}};

  // [create_and_find_user]
  auto made = s.users.create({.first_name = "Carla", .email_address = {email}});
  if (!made) {
    std::cerr << made.error().code << ": " << made.error().message << "\n";
    return 1;
  }

  // Sets the one, clears the other, leaves all the rest as it is.
  const User changed =
      s.users.update(made->id, {.first_name = nullptr, .last_name = "Customer"}).value();
  std::cout << changed.id << " " << changed.last_name.value_or("?") << "\n";

  for (const auto& user : s.users.list_all({.email_address = {email}})) {
    std::cout << user.value().id << "\n";  // throws if a page could not be had
  }
  // [create_and_find_user end]
  return 0;
}
