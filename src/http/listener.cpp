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
  for (std::size_t turn = 0; acceptor->is_open(); ++turn) {
    auto* loop = loops[turn % loops.size()];
    if (loop->connection_count.load() >= loop->limits.connections) {
      timer.expires_after(kPause);
      co_await timer.async_wait(kAsTuple);
      continue;
    }
    const auto executor = loop->context.get_executor();
    auto [error, socket] = co_await acceptor->async_accept(executor, kAsTuple);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      timer.expires_after(kPause);
      co_await timer.async_wait(kAsTuple);
      continue;
    }
    loop->connection_count.fetch_add(1);
    asio::co_spawn(executor, serve(std::move(socket), loop), asio::detached);
  }
}

}  // namespace tenens::http
