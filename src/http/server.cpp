#include "http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <latch>
#include <list>
#include <thread>

#include "http/listener.hpp"

namespace tenens::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr milliseconds kLookEvery{2};

}  // namespace

struct Server::Inside {
  Inside(ServerOptions the_options, Handler& the_handler)
      : options(std::move(the_options)), handler(the_handler) {}

  error_code listen() {
    auto& context = loops.front().context;
    error_code error;
    asio::ip::tcp::resolver resolver(context);
    const auto found = resolver.resolve(options.address, std::to_string(options.port),
                                        asio::ip::resolver_base::passive, error);
    if (error) return error;
    const auto endpoint = found.begin()->endpoint();
    acceptor.emplace(context.get_executor());
    acceptor->open(endpoint.protocol(), error);
    if (error) return error;
    acceptor->set_option(asio::socket_base::reuse_address(true), error);
    acceptor->bind(endpoint, error);
    if (error) return error;
    acceptor->listen(asio::socket_base::max_listen_connections, error);
    return error;
  }

  void serve() {
    std::vector<Loop*> all;
    for (auto& loop : loops) all.push_back(&loop);
    asio::co_spawn(loops.front().context, accept_connections(&*acceptor, all), asio::detached);
    for (auto& loop : loops) {
      asio::co_spawn(loop.context, keep_deadlines(&loop), asio::detached);
      threads.emplace_back([&loop] {
        loop.tasks.adopt_thread();
        loop.context.run();
        loop.tasks.turn();  // what waits for a turn's end, as lines of the log do
      });
    }
  }

  /// Has each loop's own thread do it, and waits for them.
  template <class Work>
  void on_every_loop(Work work) {
    std::latch done(static_cast<std::ptrdiff_t>(loops.size()));
    for (auto& loop : loops) {
      asio::post(loop.context, [&] {
        work(loop);
        done.count_down();
      });
    }
    done.wait();
  }

  /// From here on nothing new begins.
  void begin_drain() {
    on_every_loop([this](Loop& loop) {
      error_code ignored;
      if (&loop == &loops.front()) acceptor->close(ignored);
      loop.draining = true;
      for (auto* connection : loop.connections) connection->drain();
    });
  }

  [[nodiscard]] bool has_tasks() const {
    return std::any_of(loops.begin(), loops.end(),
                       [](const Loop& loop) { return loop.tasks.under_way() > 0; });
  }

  void stop() {
    if (threads.empty()) return;
    begin_drain();
    const auto end = StopWatch::now() + options.limits.drain_deadline;
    while (connection_count.load() > 0 && StopWatch::now() < end) {
      std::this_thread::sleep_for(kLookEvery);
    }
    on_every_loop([](Loop& loop) { loop.tasks.close(); });
    // They have begun and are using their connections; what they wait for comes or gives up.
    while (has_tasks()) std::this_thread::sleep_for(kLookEvery);
    for (auto& loop : loops) loop.context.stop();
    for (auto& thread : threads) thread.join();
    threads.clear();
    // With them go connections, which no thread of theirs may be using, and which use their loop.
    for (auto& loop : loops) {
      loop.tasks.take_jobs().clear();
      loop.answered.clear();
    }
  }

  const ServerOptions options;
  Handler& handler;
  std::atomic<std::size_t> connection_count{0};
  std::list<Loop> loops;  // a list, because a loop cannot be moved
  std::optional<Acceptor> acceptor;
  std::vector<std::thread> threads;
  std::mutex stopping;
  std::atomic<bool> stopped{false};
};

Server::Server(ServerOptions options, Handler& handler)
    : inside_(std::make_unique<Inside>(std::move(options), handler)) {}

Server::~Server() {
  stop();
}

tl::expected<std::uint16_t, std::string> Server::start() {
  auto& in = *inside_;
  for (unsigned i = 0; i < std::max(in.options.threads, 1U); ++i) {
    in.loops.emplace_back(in.options.limits, in.handler, in.connection_count);
    in.loops.back().tls = in.options.tls;
  }
  if (const auto error = in.listen()) {
    return tl::unexpected("cannot listen on " + in.options.address + ":" +
                          std::to_string(in.options.port) + ": " + error.message());
  }
  const auto port = in.acceptor->local_endpoint().port();
  in.serve();
  return port;
}

void Server::use(std::shared_ptr<TlsContext> tls) {
  for (auto& loop : inside_->loops) {
    asio::post(loop.context, [&loop, tls] { loop.tls = tls; });
  }
}

void Server::stop() {
  const std::lock_guard lock(inside_->stopping);
  if (inside_->stopped) return;
  inside_->stop();
  inside_->stopped = true;
  inside_->stopped.notify_all();
}

void Server::run() {
  inside_->stopped.wait(false);
}

}  // namespace tenens::http
