// A connection's bytes, as far as the answer: the head, the body, and a whole server with a store,
// asked as nobody, as a back end and as a browser.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "http/chunked_body.hpp"
#include "http/limits.hpp"
#include "http/render.hpp"
#include "http/request_head.hpp"
#include "http/request_parser.hpp"
#include "unit/http/browser.hpp"

using namespace tenens::http;

namespace {

/// Beast reads a strict head as we do, or it refuses it.
std::optional<Request> read(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto head = bytes.substr(0, end + 4);
  if (!is_strict_head(head)) return std::nullopt;
  Request request;
  request.address = "192.0.2.1";
  RequestParser parser(request);
  boost::system::error_code error;
  const auto used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error || !parser.is_header_done() || used != head.size()) return std::nullopt;
  request.body = bytes.substr(head.size());
  if (parser.chunked()) {
    ChunkedBody body(Limits().body_bytes);
    static_cast<void>(body.feed(bytes.substr(head.size())));
    if (body.state() != ChunkedBody::State::whole) return std::nullopt;
    request.body = body.take();
  }
  return request;
}

/// Whatever was asked, the answer is one that a client can read and no fault of ours.
void check(const Reply& reply) {
  if (reply.status >= 500) std::abort();
  tenens::TextBuilder out;
  const auto behind = render(reply, {.head_only = false, .keep_alive = true}, out);
  if (reply.content_type == kJson &&
      !clerk_backend_api::parse_json(reply.body + std::string(behind)))
    std::abort();
}

test::World& world() {
  // Not destroyed at the end: OpenSSL is gone by then, and the store's threads would leave theirs.
  static auto& current = *new std::optional<test::World>;
  static int served = 0;
  // What was created stays; it must not become all that memory holds.
  if (!current || ++served % 50'000 == 0) current.emplace();
  return *current;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto request = read({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  auto& app = *world().app;
  check(app.handle(*request));
  request->headers.add("Authorization", "Bearer " + std::string(test::kSecretKey));
  check(app.handle(*request));
  return 0;
}
