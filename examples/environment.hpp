// What all examples begin with: where the server is, the key to it, and their arguments.
#pragma once

#include <clerk_backend_api/secret.hpp>
#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <string>

namespace example {

/// The instance's secret key, sk_test_… or sk_live_…
inline clerk_backend_api::Secret secret_key() {
  const char* key = std::getenv("CLERK_SECRET_KEY");
  if (key != nullptr) return key;
  std::cerr << "set CLERK_SECRET_KEY to the instance's secret key\n";
  std::exit(2);
}

/// Clerk's cloud, or the tenensd at TENENS_URL, which is given without `/v1`.
inline std::string server_url() {
  const char* url = std::getenv("TENENS_URL");
  return url == nullptr ? "https://api.clerk.com/v1" : std::string(url) + "/v1";
}

inline void expect_arguments(int argc, char** argv, std::initializer_list<const char*> names) {
  if (argc == static_cast<int>(names.size()) + 1) return;
  std::cerr << "usage: CLERK_SECRET_KEY=... [TENENS_URL=...] " << argv[0];
  for (const char* name : names) std::cerr << ' ' << name;
  std::cerr << '\n';
  std::exit(2);
}

}  // namespace example
