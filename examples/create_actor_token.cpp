// Makes a link that signs in as a user, once. The page this follows: docs of ActorTokens,
// create_actor_token.
//
//   CLERK_SECRET_KEY=sk_test_… TENENS_URL=http://127.0.0.1:4400 example_create_actor_token USER_ID
//   ACTOR_SUB
//
// Without TENENS_URL it talks to Clerk's cloud.
#include <clerk_backend_api/clerk.hpp>
#include <cstdlib>
#include <iostream>

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  const char* key = std::getenv("CLERK_SECRET_KEY");
  const char* url = std::getenv("TENENS_URL");
  if (key == nullptr || argc != 3) {
    std::cerr << "usage: CLERK_SECRET_KEY=... [TENENS_URL=...] " << argv[0]
              << " USER_ID ACTOR_SUB\n";
    return 2;
  }

  ClientOptions options{.bearer_auth = key};
  if (url != nullptr) options.server_url = std::string(url) + "/v1";
  Clerk s{options};

  auto res = s.actor_tokens.create_actor_token({
      .user_id = argv[1],
      .actor = {{"sub", argv[2]}},
      .expires_in_seconds = 3600,
      .session_max_duration_in_seconds = 1800,
  });

  if (res) {
    // The link is a secret: hand it to the actor and to nobody else.
    std::cout << to_json(Object{{"id", res->id},
                                {"status", res->status.text()},
                                {"url", res->url ? Value(res->url->expose()) : Value()}})
              << "\n";
    return 0;
  }

  const Error& error = res.error();
  std::cerr << to_string(error.kind) << ": " << error.message << "\n";
  if (error.kind == ErrorKind::in_doubt) {
    // The reply was lost, so a token may exist. Nobody knows its ticket; it runs out by itself.
    return 4;
  }
  return 1;
}
