// The HTTP/1.1 server: sockets on one side, a Handler on the other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/tls.hpp"

namespace tenens::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  // or a name, such as `localhost`; its first address is taken
  std::uint16_t port = 0;             // 0: any that is free
  unsigned threads = 1;               // event loops; each runs its requests as tasks
  Limits limits = {};
  std::shared_ptr<TlsContext> tls = {};  // null: plain HTTP
};

class Server {
 public:
  /// `handler` must outlive this.
  Server(ServerOptions options, Handler& handler);
  /// Stops if need be.
  ~Server();

  /// Listens and serves on threads of its own. The port, or why it cannot listen. Call it once.
  [[nodiscard]] tl::expected<std::uint16_t, std::string> start();
  /// For connections from now on; only where there was one before.
  void use(std::shared_ptr<TlsContext> tls);
  /// Refuses new connections, closes idle ones, lets running requests finish within
  /// `drain_deadline`, and returns. Thread-safe; a second call waits for the first.
  void stop();
  /// Returns when somebody has called stop() and it is done.
  void run();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tenens::http
