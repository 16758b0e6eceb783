// The seam between this library and the network. Only those with an event loop of their own, or a
// test, need it; everybody else gets libcurl without asking.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "clerk_backend_api/secret.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

struct Header {
  std::string name = {};
  std::string value = {};
};

/// One attempt. Retries happen above this seam.
struct HttpRequest {
  std::string method = {};  ///< `GET`, `POST`, `PATCH`, `DELETE`
  std::string url = {};     ///< absolute, `http` or `https`, already percent-encoded
  Secret bearer_auth = {};  ///< to be sent as `Authorization: Bearer …`; apart, so that logging
                            ///< `headers` is safe
  std::vector<Header> headers = {};     ///< without `Authorization`, `Host` and `Content-Length`
  std::string body = {};                ///< JSON; may be empty
  std::chrono::milliseconds timeout{};  ///< of the whole attempt
  std::stop_token stop_token = {};
  /// False: once the request has been handed to a connection, it must not be sent on another one,
  /// not even if that connection turns out to have been closed by the server before it read
  /// anything.
  bool may_be_sent_twice = false;
  std::size_t max_response_bytes = 0;  ///< a longer body is a TransportFailure
};

struct CLERK_BACKEND_API_EXPORT HttpResponse {
  int status = 0;
  std::vector<Header> headers = {};
  std::string body = {};
  /// Another connection had been handed the request before, and closed without an answer. Only
  /// where the request said that it may be sent twice.
  bool sent_twice = false;

  /// The first header of that name, or empty. ASCII case is ignored.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

enum class TransportCause {
  connection_failed,  ///< no connection: name, route, refusal, TLS
  connection_lost,    ///< the answer did not come, or not whole
  timed_out,
  cancelled,  ///< the stop token
  answer_too_large,
};

/// No answer.
struct TransportFailure {
  TransportCause cause = TransportCause::connection_failed;
  /// Some of the request may have reached the server. If in doubt, say true: a create is repeated
  /// without asking only where this is false.
  bool sent = false;
  std::string message = {};  ///< for people; must not contain the secret key
};

/// Sends requests. `send` must be safe to call from several threads if the `Clerk` is, must never
/// follow a redirect, and must not throw for anything the network does.
class CLERK_BACKEND_API_EXPORT Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual std::variant<HttpResponse, TransportFailure> send(
      const HttpRequest& request) = 0;
};

/// What a Clerk uses that is given none: libcurl, keeping connections open, one request at a time
/// on each, as many as there are callers at once. Thread-safe. For those who want to put something
/// before it, a log or a limit; give it to one Clerk.
///
/// `ca_file`: PEM, trusted instead of the system's authorities; empty for those.
[[nodiscard]] CLERK_BACKEND_API_EXPORT std::shared_ptr<Transport> make_default_transport(
    std::string ca_file = {});

}  // namespace clerk_backend_api
