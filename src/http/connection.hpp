// One connection: reads requests within limits, has them answered in tasks, writes replies.
// Includes Asio, so it is included by the three files that need it.
#pragma once

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text_builder.hpp"
#include "http/admission.hpp"
#include "http/chunked_body.hpp"
#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/request_parser.hpp"
#include "http/tls_stream.hpp"
#include "tasks/scheduler.hpp"

namespace tenens::http {

template <class T = void>
using Awaitable = boost::asio::awaitable<T, Executor>;
using StopWatch = std::chrono::steady_clock;

/// Completions are values: a peer that hangs up is no exception.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> kAsTuple{};

class Connection;

/// A request that has been answered; the connection's coroutine waits for it.
class Answered {
 public:
  virtual ~Answered() = default;
  virtual void resume() = 0;
};

/// An event loop with the connections that live on it, and their requests as tasks. Its own thread
/// alone touches all but `connection_count`, the context and what `tasks` allows.
struct Loop {
  Loop(const Limits& the_limits, Handler& the_handler, std::atomic<std::size_t>& count);

  /// Whether one more may be under way; it is told to `admission` when it no longer is.
  [[nodiscard]] bool admits();
  /// The tasks go on, and then the connections whose requests they have answered.
  void turn();

  const Limits& limits;
  Handler& handler;
  std::atomic<std::size_t>& connection_count;  // of all loops
  Admission admission;
  std::unordered_set<Connection*> connections;
  StopWatch::time_point swept_at = StopWatch::now();
  std::shared_ptr<TlsContext> tls;  // of the connections to come; null: they are plain
  bool draining = false;
  std::vector<std::unique_ptr<Answered>> answered;  // in this turn
  tasks::Scheduler tasks;
  // Last, so that it goes first: with it go the suspended coroutines, which use what is above.
  boost::asio::io_context context{1};
};

class Connection {
 public:
  Connection(Socket socket, Loop& loop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Serves requests until one side has enough.
  [[nodiscard]] Awaitable<> run();

  /// Cancels what has been waiting for longer than its deadline.
  void sweep(StopWatch::time_point now);
  /// Finishes the request that is under way, if there is one, and no other.
  void drain();

 private:
  enum class Step { done, gone, refused };

  [[nodiscard]] Awaitable<bool> shake_hands();
  [[nodiscard]] Awaitable<> say_goodbye();
  [[nodiscard]] Awaitable<bool> serve_one();
  [[nodiscard]] Awaitable<Step> read_head();
  [[nodiscard]] Awaitable<Step> read_body();
  [[nodiscard]] Awaitable<bool> receive();
  [[nodiscard]] Awaitable<bool> send();
  [[nodiscard]] Awaitable<> answer();
  [[nodiscard]] Awaitable<> linger();

  Step parse_head(std::size_t size);
  Step feed_body();
  Step feed_chunks();
  [[nodiscard]] bool body_is_whole() const;
  Step refuse(Code code);
  /// Too long by two sweeps at most, which saves a look at the clock.
  void wait_at_most(milliseconds limit) {
    deadline_ = loop_.swept_at + loop_.limits.sweep_every + limit;
  }
  void wait_for_ever() { deadline_ = StopWatch::time_point::max(); }
  [[nodiscard]] std::string_view received() const;

  Stream stream_;
  Loop& loop_;
  boost::beast::flat_buffer buffer_;
  Request request_;
  std::optional<RequestParser> parser_;  // of the head, and of a body with a length
  std::optional<ChunkedBody> chunks_;    // of one without
  Reply reply_;
  TextBuilder out_;
  std::string_view behind_;  // goes out behind `out_`
  StopWatch::time_point deadline_ = StopWatch::time_point::max();
  std::size_t body_bytes_on_wire_ = 0;
  bool first_request_ = true;
  bool idle_ = true;  // waiting for the first byte of a request
  bool timed_out_ = false;
  bool expects_continue_ = false;
};

/// The whole life of a connection.
[[nodiscard]] Awaitable<> serve(Socket socket, Loop* loop);
/// Keeps the deadlines of the loop's connections, to be run beside them.
[[nodiscard]] Awaitable<> keep_deadlines(Loop* loop);

}  // namespace tenens::http
