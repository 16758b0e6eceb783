// Revokes a pending actor token. The page this follows: docs of ActorTokens, revoke_actor_token.
//
//   CLERK_SECRET_KEY=sk_test_… TENENS_URL=http://127.0.0.1:4400 example_revoke_actor_token
//   ACTOR_TOKEN_ID
//
// Without TENENS_URL it talks to Clerk's cloud. This one lets errors throw, as the page's language
// does; create_actor_token.cpp tests them instead.
#include <clerk_backend_api/clerk.hpp>
#include <cstdlib>
#include <iostream>

using namespace clerk_backend_api;

int main(int argc, char** argv) {
  const char* key = std::getenv("CLERK_SECRET_KEY");
  const char* url = std::getenv("TENENS_URL");
  if (key == nullptr || argc != 2) {
    std::cerr << "usage: CLERK_SECRET_KEY=... [TENENS_URL=...] " << argv[0] << " ACTOR_TOKEN_ID\n";
    return 2;
  }

  ClientOptions options{.bearer_auth = key};
  if (url != nullptr) options.server_url = std::string(url) + "/v1";
  Clerk s{options};

  try {
    const ActorToken token = s.actor_tokens.revoke_actor_token(argv[1]).value();
    std::cout << to_json(Object{{"id", token.id}, {"status", token.status.text()}}) << "\n";
    return 0;
  } catch (const ClerkErrors& refused) {
    // 400: no longer pending. A session that it has opened is ended with actor_tokens.end on
    // tenensd, or with sessions.revoke. 404: no such token.
    for (const auto& item : refused.errors()) {
      std::cerr << item.code << ": " << item.long_message << "\n";
    }
  } catch (const SDKError& failed) {
    std::cerr << to_string(failed.error().kind) << ": " << failed.what() << "\n";
  }
  return 1;
}
