// Uses something of every public header, over a network of its own, and says the release.
// Exceptions cross the library's boundary here, and so does a class of ours that the library calls.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

using namespace clerk_backend_api;

namespace {

class Canned final : public Transport {
 public:
  std::variant<HttpResponse, TransportFailure> send(const HttpRequest& request) override {
    if (request.url.ends_with("/jwks"))
      return HttpResponse{.status = 200, .body = R"({"keys":[]})"};
    if (request.method == "GET") return HttpResponse{.status = 200, .body = "[]"};
    return HttpResponse{.status = 422, .body = R"({"errors":[{"code":"c","message":"m"}]})"};
  }
};

bool throws_what_the_page_says(Clerk& s) {
  try {
    s.actor_tokens.create_actor_token({.user_id = "user_1"}).value();
  } catch (const ClerkErrors& refused) {
    return refused.errors().at(0).code == "c";
  }
  return false;
}

bool lists_are_empty(Clerk& s) {
  int items = 0;
  for (const auto& user : s.users.list_all()) items += user ? 1 : 2;
  for (const auto& session : s.sessions.list_all()) items += session ? 1 : 2;
  for (const auto& event : s.audit_events.list_all()) items += event ? 1 : 2;
  return items == 0;
}

}  // namespace

int main() {
  // Asks for libcurl and TLS at link time, although nothing is sent.
  const Clerk real{{.bearer_auth = "sk_test_consumer"}};

  Clerk s{{.bearer_auth = "sk_test_consumer", .transport = std::make_shared<Canned>()}};
  const bool fine = throws_what_the_page_says(s) && lists_are_empty(s) && s.jwks.get() &&
                    !s.sign_in_tokens.create_sign_in_token({.user_id = "u"}) &&
                    parse_json(R"({"a":1})") == Value(Object{{"a", 1}}) &&
                    to_string(ErrorKind::in_doubt) == "in_doubt";
  std::cout << kLibraryVersion << '\n';
  return fine ? 0 : 1;
}
