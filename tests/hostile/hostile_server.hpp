// A server that does to its clients what the test says, byte by byte.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace clerk_backend_api::hostile {

/// One connection, as the server sees it.
class Peer {
 public:
  Peer(int socket, std::atomic<std::size_t>& written) : socket_(socket), written_(written) {}

  /// One whole request, or empty if the client has gone.
  [[nodiscard]] std::string read_request() const;
  /// False if the client has gone.
  [[nodiscard]] bool write(std::string_view bytes) const;
  /// RST instead of FIN, and at once.
  void reset() const;
  /// Waits until the first byte of a request is there, and leaves it unread.
  void await_request() const;

 private:
  int socket_;
  std::atomic<std::size_t>& written_;
};

/// Runs `behaviour` for each connection, on a thread of its own.
class HostileServer {
 public:
  using Behaviour = std::function<void(const Peer&)>;

  explicit HostileServer(Behaviour behaviour);
  HostileServer(const HostileServer&) = delete;
  HostileServer& operator=(const HostileServer&) = delete;
  ~HostileServer();

  [[nodiscard]] std::string url() const;  ///< as the library wants it, with `/v1`
  [[nodiscard]] int connections() const { return connections_; }
  /// Bytes that clients took, or that wait for them in the kernel.
  [[nodiscard]] std::size_t written() const { return written_; }

 private:
  void accept_all();
  void serve(int socket);

  Behaviour behaviour_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<std::size_t> written_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

/// A whole answer.
[[nodiscard]] std::string answer(std::string_view body, std::string_view status = "200 OK",
                                 std::string_view headers = "");

/// A port on which nobody listens, as a URL.
[[nodiscard]] std::string nobodys_url();

/// The value of a header of a request, or empty.
[[nodiscard]] std::string header_of(const std::string& request, std::string_view name);

}  // namespace clerk_backend_api::hostile
