// A socket and bytes: for what no HTTP client would send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tenens::http::test {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(socket_);
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False once the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Everything until the other side closes, or nothing more comes for `patience`.
  std::string read_all(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    std::string all;
    while (read_some(all, patience)) {
    }
    return all;
  }

  /// Until the text has come, which then is returned with what came before it.
  std::string read_until(std::string_view end) {
    while (buffer_.find(end) == std::string::npos) {
      if (!read_some(buffer_, std::chrono::seconds(5))) break;
    }
    const auto at = buffer_.find(end);
    const auto size = at == std::string::npos ? buffer_.size() : at + end.size();
    auto text = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return text;
  }

  [[nodiscard]] int descriptor() const { return socket_; }

  [[nodiscard]] bool is_closed(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    std::string rest;
    closed_ = false;
    while (read_some(rest, patience)) {
    }
    return closed_;
  }

 private:
  bool read_some(std::string& to, std::chrono::milliseconds patience) {
    pollfd wanted{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return false;
    char bytes[65536];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) {
      closed_ = true;
      return false;
    }
    to.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  std::string buffer_;
  bool closed_ = false;
};

}  // namespace tenens::http::test
