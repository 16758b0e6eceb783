// Who is signed in, by the session's JWT alone: the server is not asked about each.
#include <clerk_backend_api/clerk.hpp>
#include <cstdlib>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

namespace {

// [keys]
std::shared_ptr<VerificationKeys> public_keys() {
  // A PEM that you have: no network at all, but you must change it when the server's key changes.
  if (const char* pem = std::getenv("CLERK_JWT_KEY")) return keys_from_pem(pem).value();
  // Fetched when first needed and when it is old; keep it, it is for all threads.
  return JwksCache::from_clerk(
      Clerk{{.bearer_auth = example::secret_key(), .server_url = example::server_url()}});
}
// [keys end]

}  // namespace

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"TOKEN", "ORIGIN"});
  const std::string token = argv[1], origin = argv[2];
  // [verify_session_token]
  const auto keys = public_keys();  // once
  const auto verdict = verify_token(token, {.keys = keys, .authorized_parties = {{origin}}});
  if (!verdict) {
    std::cerr << to_string(verdict.fault()) << "\n";  // for the log; the sender hears 401
    return 1;
  }
  std::cout << verdict->sub() << "\n";
  if (verdict->is_impersonated()) std::cout << "by " << verdict->actor_sub() << "\n";
  // [verify_session_token end]
  return 0;
}
