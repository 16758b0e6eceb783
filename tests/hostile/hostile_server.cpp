#include "hostile/hostile_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace clerk_backend_api::hostile {
namespace {

int listen_somewhere() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 64) != 0) {
    throw std::runtime_error("cannot listen");
  }
  return listener;
}

int port_of(int listener) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

std::string url_of(int port) {
  return "http://127.0.0.1:" + std::to_string(port) + "/v1";
}

bool is_whole(const std::string& request) {
  const auto end = request.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto length = header_of(request, "Content-Length");
  return request.size() >= end + 4 + (length.empty() ? 0 : std::stoul(length));
}

}  // namespace

std::string Peer::read_request() const {
  std::string request;
  std::array<char, 4096> buffer{};
  while (!is_whole(request)) {
    const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return {};
    request.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return request;
}

bool Peer::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    written_ += static_cast<std::size_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Peer::reset() const {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Peer::await_request() const {
  char first = 0;
  static_cast<void>(::recv(socket_, &first, 1, MSG_PEEK));
}

HostileServer::HostileServer(Behaviour behaviour)
    : behaviour_(std::move(behaviour)), listener_(listen_somewhere()), port_(port_of(listener_)) {
  acceptor_ = std::jthread([this] { accept_all(); });
}

HostileServer::~HostileServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  threads_.clear();
  ::close(listener_);
}

void HostileServer::accept_all() {
  for (;;) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void HostileServer::serve(int socket) {
  behaviour_(Peer(socket, written_));
  const std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), socket));
  ::close(socket);
}

std::string HostileServer::url() const {
  return url_of(port_);
}

std::string answer(std::string_view body, std::string_view status, std::string_view headers) {
  return std::string("HTTP/1.1 ")
      .append(status)
      .append("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n")
      .append(headers)
      .append("\r\n")
      .append(body);
}

std::string nobodys_url() {
  const int listener = listen_somewhere();
  const int port = port_of(listener);
  ::close(listener);
  return url_of(port);
}

std::string header_of(const std::string& request, std::string_view name) {
  const auto at = request.find(std::string("\r\n").append(name).append(": "));
  if (at == std::string::npos) return {};
  const auto begin = at + 4 + name.size();
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

}  // namespace clerk_backend_api::hostile
