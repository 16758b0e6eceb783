#include "conformance/socket_transport.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace tenens::test {
namespace {

using namespace clerk_backend_api;

/// What is after `http://host:port`.
std::string target_of(const std::string& url) {
  return url.substr(url.find('/', std::string("http://").size()));
}

std::string to_text(const HttpRequest& request) {
  std::string text = request.method + " " + target_of(request.url) + " HTTP/1.1\r\n";
  text += "Host: localhost\r\nConnection: close\r\n";
  text += "Authorization: Bearer " + std::string(request.bearer_auth.expose()) + "\r\n";
  for (const auto& header : request.headers) text += header.name + ": " + header.value + "\r\n";
  text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
  return text + request.body;
}

HttpResponse to_response(const std::string& text) {
  HttpResponse response;
  response.status = std::stoi(text.substr(text.find(' ') + 1));
  const auto end = text.find("\r\n\r\n");
  for (auto at = text.find("\r\n") + 2; at < end;) {
    const auto next = text.find("\r\n", at);
    const auto colon = text.find(": ", at);
    response.headers.push_back(
        {text.substr(at, colon - at), text.substr(colon + 2, next - colon - 2)});
    at = next + 2;
  }
  response.body = text.substr(end + 4);
  return response;
}

}  // namespace

std::variant<HttpResponse, TransportFailure> SocketTransport::send(const HttpRequest& request) {
  ++requests_;
  if (refused_-- > 0) {
    return TransportFailure{.cause = TransportCause::connection_failed, .message = "refused"};
  }
  HttpRequest spoiled = request;
  spoil_(spoiled);

  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(connection);
    return TransportFailure{.cause = TransportCause::connection_failed, .message = "refused"};
  }
  const auto text = to_text(spoiled);
  std::string received;
  if (::send(connection, text.data(), text.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(text.size())) {
    char chunk[4096];
    ssize_t size = 0;
    while ((size = read(connection, chunk, sizeof chunk)) > 0) {
      received.append(chunk, static_cast<std::size_t>(size));
    }
  }
  close(connection);
  if (received.find("\r\n\r\n") == std::string::npos) {
    return TransportFailure{
        .cause = TransportCause::connection_lost, .sent = true, .message = "lost"};
  }
  return to_response(received);
}

}  // namespace tenens::test
