// The library's transport seam, filled by a test: one request on one plain socket.
#pragma once

#include <functional>

#include "clerk_backend_api/transport.hpp"

namespace tenens::test {

/// Lets a test spoil a request on its way, which the library itself never would.
class SocketTransport : public clerk_backend_api::Transport {
 public:
  using Spoil = std::function<void(clerk_backend_api::HttpRequest&)>;
  SocketTransport(int port, Spoil spoil) : port_(port), spoil_(std::move(spoil)) {}

  std::variant<clerk_backend_api::HttpResponse, clerk_backend_api::TransportFailure> send(
      const clerk_backend_api::HttpRequest& request) override;

  /// The next so many requests find no server.
  void refuse_next(int count) { refused_ = count; }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  int port_;
  Spoil spoil_;
  int requests_ = 0;
  int refused_ = 0;
};

}  // namespace tenens::test
