// A network that says what the test told it to.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "clerk_backend_api/transport.hpp"

namespace clerk_backend_api::testing {

class FakeTransport final : public Transport {
 public:
  using Reply = std::variant<HttpResponse, TransportFailure>;

  // Inlined, g++ 12 takes the half of the variant that is not there for uninitialised.
  [[gnu::noinline]] FakeTransport& then(Reply reply) {
    replies_.push_back(std::move(reply));
    return *this;
  }
  FakeTransport& then(int status, std::string body) {
    return then(HttpResponse{.status = status, .body = std::move(body)});
  }

  /// Past the last reply the connection fails.
  Reply send(const HttpRequest& request) override {
    requests.push_back(request);
    if (replies_.empty()) return TransportFailure{.message = "nobody there"};
    auto reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }

  std::vector<HttpRequest> requests;

 private:
  std::deque<Reply> replies_;
};

/// The value of a request's header, or "(none)".
inline std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& header : request.headers) {
    if (header.name == name) return header.value;
  }
  return "(none)";
}

}  // namespace clerk_backend_api::testing
