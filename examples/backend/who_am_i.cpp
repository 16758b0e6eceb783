// A back end in C++ that answers `GET /api/who`: who is this, and who acts on their behalf?
//
// The library decides; Boost.Beast carries. One thread a connection and no deadlines: a sample for
// this machine, not a server for the Internet.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <clerk_backend_api/clerk.hpp>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using namespace clerk_backend_api;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

namespace {

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

AuthenticateRequestOptions options_from_environment() {
  const auto tenens = environment("TENENS_URL", "http://127.0.0.1:4400");
  // [authenticate_request_options]
  return {
      .verify_token = {.keys = JwksCache::from_url(tenens + "/.well-known/jwks.json"),
                       // Tokens of other pages' sessions are none of ours.
                       .authorized_parties = {{environment("APP_URL", "http://localhost:3000")}}},
      // What `tenensd --dev` prints.
      .publishable_key = environment("CLERK_PUBLISHABLE_KEY", "pk_test_Y2xlcmsubG9jYWxob3N0JA"),
  };
  // [authenticate_request_options end]
}

// [who_am_i]
Object who_is_it(const RequestState& state) {
  if (!state.is_signed_in()) {
    return {{"status", to_string(state.status)}, {"reason", state.reason}};
  }
  const auto& claims = *state.claims;
  const auto* actor = claims.actor();
  return {{"status", to_string(state.status)},
          {"userId", claims.sub()},     // on whose behalf
          {"sessionId", claims.sid()},  // ends with the impersonation
          {"actor", actor == nullptr ? Value() : Value(*actor)}};
}
// [who_am_i end]

std::string_view header(const Request& request, http::field name) {
  const auto value = request[name];
  return {value.data(), value.size()};
}

Response answer(const Request& request, const AuthenticateRequestOptions& options) {
  Response response{http::status::not_found, request.version()};
  response.set(http::field::content_type, "application/json");
  response.set(http::field::cache_control, "no-store");
  response.body() = "{}";
  if (request.target() == "/api/who") {
    const std::string method(request.method_string());
    // [authenticate_request]
    const auto state =
        authenticate_request({.method = method,
                              .authorization = header(request, http::field::authorization),
                              .cookie = header(request, http::field::cookie),
                              .accept = header(request, http::field::accept),
                              .sec_fetch_dest = header(request, http::field::sec_fetch_dest)},
                             options);
    // [authenticate_request end]
    response.result(state.is_signed_in() ? http::status::ok : http::status::unauthorized);
    response.body() = to_json(who_is_it(state));
  }
  response.keep_alive(false);
  response.prepare_payload();
  return response;
}

void serve(tcp::socket socket, const AuthenticateRequestOptions& options) {
  boost::system::error_code failed;
  boost::beast::flat_buffer buffer;
  Request request;
  http::read(socket, buffer, request, failed);
  if (failed) return;  // opened in advance and never used, as browsers do
  const auto response = answer(request, options);
  http::write(socket, response, failed);
  socket.shutdown(tcp::socket::shutdown_both, failed);
}

}  // namespace

int main() try {
  const auto options = options_from_environment();
  const auto port = static_cast<unsigned short>(std::stoi(environment("PORT", "3002")));
  boost::asio::io_context io;
  tcp::acceptor acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), port});
  std::cout << "listening on http://localhost:" << acceptor.local_endpoint().port() << std::endl;
  for (;;) {
    std::thread(serve, acceptor.accept(), std::cref(options)).detach();
  }
} catch (const std::exception& error) {
  std::cerr << "who_am_i: error: " << error.what() << "\n";
  return 1;
}
