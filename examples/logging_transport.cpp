// A line for each attempt, retries included, without the key: it is not among the headers.
#include <clerk_backend_api/clerk.hpp>
#include <iostream>

#include "environment.hpp"

using namespace clerk_backend_api;

// [logging_transport]
class LoggingTransport final : public Transport {
 public:
  std::variant<HttpResponse, TransportFailure> send(const HttpRequest& request) override {
    auto reply = network_->send(request);
    const auto* answer = std::get_if<HttpResponse>(&reply);
    std::cerr << request.method + " " + request.url + " " +
                     (answer ? std::to_string(answer->status) : "no answer") + "\n";
    return reply;
  }

 private:
  std::shared_ptr<Transport> network_ = make_default_transport();
};
// [logging_transport end]

int main(int argc, char** argv) {
  example::expect_arguments(argc, argv, {"USER_ID"});
  const std::string user_id = argv[1];

  // [logging_transport use]
  Clerk s{{.bearer_auth = example::secret_key(),
           .server_url = example::server_url(),
           .transport = std::make_shared<LoggingTransport>()}};
  // [logging_transport use end]
  return s.users.get(user_id) ? 0 : 1;
}
