// Under g++ 12 a temporary that is made inside a co_await expression may be destroyed twice, so
// every argument has a name before it is awaited, and coroutines take their parameters by value.
#include "http/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "http/forwarded.hpp"
#include "http/render.hpp"
#include "http/request_head.hpp"

namespace tenens::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kReadSize = 8 * 1024;
constexpr std::size_t kMaxLingerBytes = 4 * 1024 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

Code code_of(const error_code& error) {
  if (error == beast_http::error::header_limit) return Code::header_too_large;
  if (error == beast_http::error::body_limit) return Code::body_too_large;
  return Code::malformed_request;
}

Reply answer_of(Handler& handler, const Request& request) noexcept {
  try {
    return handler.handle(request);
  } catch (...) {
    return handler.refuse(Failure{Code::internal});
  }
}

/// A request on its way to the handler and back. The connection's coroutine waits for it, so what
/// it refers to stays where it is.
template <class Resume>
class Errand final : public tasks::Job, public Answered {
 public:
  Errand(Resume resume, Loop& loop, const Request& request, Reply& reply)
      : resume_(std::move(resume)), loop_(loop), request_(request), reply_(reply) {}

  void resume() override { std::move(resume_)(); }

 private:
  void run_and_pass_on(std::unique_ptr<Job> itself) noexcept override {
    reply_ = answer_of(loop_.handler, request_);
    static_cast<void>(itself.release());
    loop_.answered.push_back(std::unique_ptr<Answered>(this));
  }

  Resume resume_;
  Loop& loop_;
  const Request& request_;
  Reply& reply_;
};

}  // namespace

Loop::Loop(const Limits& the_limits, Handler& the_handler, std::atomic<std::size_t>& count)
    : limits(the_limits),
      handler(the_handler),
      connection_count(count),
      admission(limits.queue_target, limits.always_admitted, limits.tasks),
      // It comes after what the sockets have brought until then.
      tasks(limits.tasks, [this] { asio::post(context, [this] { turn(); }); }) {}

bool Loop::admits() {
  const auto now = StopWatch::now();
  if (admission.begin(now)) return true;
  // To turn many away takes long. Who is under way must not wait for its end, neither to begin nor
  // to be told: nobody else could be let in for as long.
  if (!tasks.is_turn_due()) return false;
  turn();
  return admission.begin(now);
}

void Loop::turn() {
  tasks.turn();
  std::vector<std::unique_ptr<Answered>> all;
  all.swap(answered);
  if (all.empty()) return;
  const auto now = StopWatch::now();
  for (const auto& one : all) {
    admission.end(now);
    one->resume();
  }
}

Connection::Connection(Socket socket, Loop& loop)
    : stream_(std::move(socket), loop.tls.get()),
      loop_(loop),
      buffer_(loop.limits.header_bytes + loop.limits.body_bytes + kReadSize) {
  error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto peer = stream_.socket().remote_endpoint(ignored);
  if (!ignored) {
    const auto address = peer.address().to_string();
    request_.address =
        parse_ip_address(address).value_or(address);  // as is where it names an interface
  }
  loop_.connections.insert(this);
}

Connection::~Connection() {
  loop_.connections.erase(this);
  loop_.connection_count.fetch_sub(1);
}

void Connection::sweep(StopWatch::time_point now) {
  if (now < deadline_) return;
  timed_out_ = true;
  error_code ignored;
  stream_.socket().cancel(ignored);
}

void Connection::drain() {
  if (!idle_) return;
  error_code ignored;
  stream_.socket().cancel(ignored);
}

std::string_view Connection::received() const {
  const auto data = buffer_.cdata();
  return {static_cast<const char*>(data.data()), data.size()};
}

Awaitable<bool> Connection::receive() {
  if (timed_out_ || buffer_.max_size() - buffer_.size() < kReadSize) co_return false;
  const auto space = buffer_.prepare(kReadSize);
  const auto [error, count] = co_await stream_.async_read_some(space, kAsTuple);
  buffer_.commit(count);
  co_return !error;
}

Awaitable<bool> Connection::send() {
  wait_at_most(loop_.limits.write_deadline);
  const std::array bytes{asio::buffer(out_.view()), asio::buffer(behind_)};
  // One piece alone is sent by a cheaper system call than a list of pieces.
  const auto result = behind_.empty() ? co_await asio::async_write(stream_, bytes.front(), kAsTuple)
                                      : co_await asio::async_write(stream_, bytes, kAsTuple);
  wait_for_ever();
  co_return !std::get<0>(result);
}

Connection::Step Connection::refuse(Code code) {
  reply_ = loop_.handler.refuse(Failure{code});
  return Step::refused;
}

Awaitable<Connection::Step> Connection::read_head() {
  const auto& limits = loop_.limits;
  idle_ = true;
  // A new connection that says nothing has less credit than one that has been served.
  wait_at_most(first_request_ ? limits.header_deadline : limits.idle_deadline);
  std::size_t searched = 0;
  for (;;) {
    // Some clients end a body with a line end that does not belong to it.
    while (received().starts_with(kLineEnd)) buffer_.consume(kLineEnd.size());
    const auto text = received();
    if (!text.empty() && idle_) {
      idle_ = false;
      wait_at_most(limits.header_deadline);
    }
    const auto end = text.find(kHeadEnd, std::min(searched, text.size()));
    const auto size = end == std::string_view::npos ? text.size() : end + kHeadEnd.size();
    if (size > limits.header_bytes) co_return refuse(Code::header_too_large);
    if (end != std::string_view::npos) co_return parse_head(size);
    if (idle_ && loop_.draining) co_return Step::gone;

    searched = size < kHeadEnd.size() ? 0 : size - (kHeadEnd.size() - 1);
    const bool more = co_await receive();
    if (!more) co_return timed_out_ && !idle_ ? refuse(Code::timed_out) : Step::gone;
  }
}

Connection::Step Connection::parse_head(std::size_t size) {
  const auto head = received().substr(0, size);
  if (!is_strict_head(head)) return refuse(Code::malformed_request);

  parser_.emplace(request_);
  parser_->header_limit(static_cast<std::uint32_t>(loop_.limits.header_bytes));
  parser_->body_limit(loop_.limits.body_bytes);
  error_code error;
  const auto used = parser_->put(asio::buffer(head.data(), head.size()), error);
  if (error) return refuse(code_of(error));
  if (!parser_->is_header_done() || used != size) return refuse(Code::malformed_request);
  buffer_.consume(used);
  parser_->eager(true);
  chunks_.reset();
  if (parser_->chunked()) chunks_.emplace(loop_.limits.body_bytes);
  expects_continue_ = equal_ignoring_case(request_.header("expect"), "100-continue");
  return Step::done;
}

bool Connection::body_is_whole() const {
  return chunks_ ? chunks_->state() == ChunkedBody::State::whole : parser_->is_done();
}

Connection::Step Connection::feed_chunks() {
  const auto used = chunks_->feed(received());
  buffer_.consume(used);
  body_bytes_on_wire_ += used;
  if (chunks_->state() == ChunkedBody::State::malformed) return refuse(Code::malformed_request);
  if (chunks_->state() == ChunkedBody::State::too_large ||
      body_bytes_on_wire_ > kMaxChunkedFactor * loop_.limits.body_bytes) {
    return refuse(Code::body_too_large);
  }
  return Step::done;
}

Connection::Step Connection::feed_body() {
  error_code error;
  const auto used = parser_->put(buffer_.cdata(), error);
  buffer_.consume(used);
  if (error && error != beast_http::error::need_more) return refuse(code_of(error));
  return Step::done;
}

Awaitable<Connection::Step> Connection::read_body() {
  body_bytes_on_wire_ = 0;
  wait_at_most(loop_.limits.body_deadline);
  if (expects_continue_ && !body_is_whole() && received().empty()) {
    out_.clear();
    out_.append("HTTP/1.1 100 Continue\r\n\r\n");
    behind_ = {};
    const bool sent = co_await send();
    if (!sent) co_return Step::gone;
    wait_at_most(loop_.limits.body_deadline);
  }
  while (!body_is_whole()) {
    if (!received().empty()) {
      const auto step = chunks_ ? feed_chunks() : feed_body();
      if (step != Step::done) co_return step;
      if (body_is_whole()) break;
    }
    const bool more = co_await receive();
    if (more) continue;
    co_return timed_out_ ? refuse(Code::timed_out) : Step::gone;
  }
  if (chunks_) request_.body = chunks_->take();
  co_return Step::done;
}

Awaitable<> Connection::answer() {
  wait_for_ever();
  const auto way = loop_.handler.way_of(request_);
  if (way == Handler::Way::at_once) {
    reply_ = answer_of(loop_.handler, request_);
    co_return;
  }
  if (way == Handler::Way::turned_away || !loop_.admits()) {
    reply_ = loop_.handler.refuse(Failure{Code::unavailable});
    co_return;
  }
  auto initiate = [this](auto resume) {
    loop_.tasks.begin(
        std::make_unique<Errand<decltype(resume)>>(std::move(resume), loop_, request_, reply_));
  };
  constexpr asio::use_awaitable_t<Executor> token;
  co_await asio::async_initiate<decltype(token), void()>(initiate, token);
}

Awaitable<bool> Connection::serve_one() {
  auto step = co_await read_head();
  if (step == Step::done) step = co_await read_body();
  if (step == Step::gone) co_return false;
  if (step == Step::done) co_await answer();
  if (reply_.dropped) co_return false;
  first_request_ = false;

  const bool keep_alive = step == Step::done && parser_->keep_alive() && !loop_.draining;
  const bool head_only = step == Step::done && request_.method == "HEAD";
  behind_ = render(reply_, {.head_only = head_only, .keep_alive = keep_alive}, out_);
  reply_.body = {};  // a slow reader shall not cost it twice
  timed_out_ = false;
  const bool sent = co_await send();
  if (sent && step == Step::refused) co_await linger();
  co_return sent&& keep_alive;
}

/// Closing with unread input resets the connection, and a reset can overtake the refusal that the
/// peer has not read yet.
Awaitable<> Connection::linger() {
  co_await say_goodbye();
  error_code ignored;
  stream_.socket().shutdown(Socket::shutdown_send, ignored);
  wait_at_most(loop_.limits.linger_deadline);
  std::size_t dropped = 0;
  while (dropped < kMaxLingerBytes) {
    buffer_.clear();
    const bool more = co_await receive();
    if (!more) break;
    dropped += received().size();
  }
}

/// A peer that does not speak TLS, or does so too slowly, gets no answer.
Awaitable<bool> Connection::shake_hands() {
  wait_at_most(loop_.limits.handshake_deadline);
  const auto [error] = co_await stream_.secure()->async_handshake(Stream::Secure::server, kAsTuple);
  // Without a common secret there is nothing to say goodbye with.
  if (error) stream_.leave_tls();
  co_return !error && !timed_out_;
}

/// Without it the peer cannot tell the end from a cut.
Awaitable<> Connection::say_goodbye() {
  if (stream_.secure() == nullptr) co_return;
  wait_at_most(loop_.limits.linger_deadline);
  co_await stream_.secure()->async_shutdown(kAsTuple);
  stream_.leave_tls();
}

Awaitable<> Connection::run() {
  bool another = true;
  if (stream_.secure() != nullptr) another = co_await shake_hands();
  while (another) another = co_await serve_one();
  if (stream_.secure() != nullptr) co_await say_goodbye();
  error_code ignored;
  stream_.socket().shutdown(Socket::shutdown_both, ignored);
}

Awaitable<> serve(Socket socket, Loop* loop) {
  Connection connection(std::move(socket), *loop);
  co_await connection.run();
}

Awaitable<> keep_deadlines(Loop* loop) {
  asio::basic_waitable_timer<StopWatch, asio::wait_traits<StopWatch>, Executor> timer(
      loop->context.get_executor());
  for (;;) {
    timer.expires_after(loop->limits.sweep_every);
    const auto [error] = co_await timer.async_wait(kAsTuple);
    if (error) co_return;
    loop->swept_at = StopWatch::now();
    for (auto* connection : loop->connections) connection->sweep(loop->swept_at);
  }
}

}  // namespace tenens::http
