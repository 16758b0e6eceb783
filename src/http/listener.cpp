// See connection.cpp for the rules that coroutines follow here.
#include "http/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tenens::http {
namespace {

namespace asio = boost::asio;

// Between two looks at a limit that is reached, or after the system could not give a socket.
constexpr milliseconds kPause{10};

}  // namespace

Awaitable<> accept_connections(Acceptor* acceptor, std::vector<Loop*> loops) {
  asio::basic_waitable_timer<StopWatch, asio::wait_traits<StopWatch>, Executor> timer(
      acceptor->get_executor());
  acceptor->non_blocking(true);
  const auto& any = *loops.front();  // they count together
  for (std::size_t turn = 0; acceptor->is_open();) {
    auto [error] = co_await acceptor->async_wait(Acceptor::wait_read, kAsTuple);
    if (error == asio::error::operation_aborted) co_return;
    // All who wait: one at a time, each would wait for a turn of a busy loop, with its request.
    while (!error && any.connection_count.load() < any.limits.connections) {
      auto* loop = loops[turn % loops.size()];
      const auto executor = loop->context.get_executor();
      Socket socket(executor);
      acceptor->accept(socket, error);
      if (error) break;
      ++turn;
      loop->connection_count.fetch_add(1);
      asio::co_spawn(executor, serve(std::move(socket), loop), asio::detached);
    }
    if (error == asio::error::would_block || error == asio::error::connection_aborted) continue;
    timer.expires_after(kPause);
    co_await timer.async_wait(kAsTuple);
  }
}

}  // namespace tenens::http
