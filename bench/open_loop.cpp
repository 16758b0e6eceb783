// Load at a fixed rate, whatever the server does: an open loop. Each request has a moment at which
// it is due, and its latency counts from there, so a stall is charged to all who would have come
// during it (no coordinated omission).
//
//   bench_open_loop PORT RATE SECONDS CONNECTIONS METHOD TARGET [NAME:VALUE…] < BODIES
//
// Each line of the standard input is the body of one request; the last one is repeated, and without
// any there is no body. One line of JSON. `late` is the share of requests that left more than 1 ms
// after they were due, because no connection was free or this program had no processor.
#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Steady = std::chrono::steady_clock;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds kPunctual(1);

struct Plan {
  std::uint16_t port = 0;
  double rate = 0;
  double seconds = 0;
  std::size_t connections = 0;
  std::string head;  // of every request, without Content-Length and the empty line
  std::vector<std::string> bodies;
};

/// What is due when, and what came of it.
class Schedule {
 public:
  explicit Schedule(const Plan& plan)
      : plan_(plan), count_(static_cast<std::size_t>(plan.rate * plan.seconds)) {
    latencies_ms_.reserve(count_);
  }

  void begin() { began_ = Steady::now(); }
  [[nodiscard]] bool ended() const { return next_ == count_; }
  [[nodiscard]] Steady::time_point due() const {
    const std::chrono::duration<double> after(static_cast<double>(next_) / plan_.rate);
    return began_ + std::chrono::duration_cast<Steady::duration>(after);
  }
  /// The body of what is due, which leaves now.
  const std::string& take() {
    static const std::string none;
    if (Steady::now() - due() > kPunctual) ++late_;
    const auto at = next_++;
    if (plan_.bodies.empty()) return none;
    return plan_.bodies[std::min(at, plan_.bodies.size() - 1)];
  }

  void answered(Steady::time_point due, unsigned status) {
    latencies_ms_.push_back(std::chrono::duration<double, std::milli>(Steady::now() - due).count());
    if (status < 200 || status > 299) ++not_2xx_;
  }
  void broke() { ++broken_; }

  void print() {
    const std::chrono::duration<double> took = Steady::now() - began_;
    std::sort(latencies_ms_.begin(), latencies_ms_.end());
    const auto answers = latencies_ms_.size();
    std::printf(
        "{\"requests\": %zu, \"seconds\": %.4f, \"p50_ms\": %.3f, \"p90_ms\": %.3f, "
        "\"p99_ms\": %.3f, \"p999_ms\": %.3f, \"max_ms\": %.3f, \"late\": %.4f, "
        "\"not_2xx\": %zu, \"broken\": %zu}\n",
        answers, took.count(), at(0.50), at(0.90), at(0.99), at(0.999), at(1),
        static_cast<double>(late_) / static_cast<double>(std::max<std::size_t>(1, count_)),
        not_2xx_, broken_);
  }

 private:
  [[nodiscard]] double at(double share) const {
    if (latencies_ms_.empty()) return 0;
    const auto last = static_cast<double>(latencies_ms_.size() - 1);
    return latencies_ms_[static_cast<std::size_t>(last * share)];
  }

  const Plan& plan_;
  std::size_t count_;
  Steady::time_point began_;
  std::size_t next_ = 0;
  std::size_t late_ = 0;
  std::size_t not_2xx_ = 0;
  std::size_t broken_ = 0;
  std::vector<double> latencies_ms_;
};

class Load;

/// One connection: at most one request at a time. When it breaks it is not used again.
class Connection {
 public:
  Connection(asio::io_context& loop, Load& load) : socket_(loop), load_(load) {}

  void connect(std::uint16_t port) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(tcp::no_delay(true));
  }
  void send(const std::string& head, const std::string& body, Steady::time_point due);

 private:
  void read();

  tcp::socket socket_;
  Load& load_;
  std::string request_;
  Steady::time_point due_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::response_parser<beast::http::string_body>> parser_;
};

class Load {
 public:
  Load(asio::io_context& loop, const Plan& plan) : plan_(plan), schedule_(plan), timer_(loop) {
    for (std::size_t i = 0; i < plan.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(loop, *this));
      connections_.back()->connect(plan.port);
      free_.push_back(connections_.back().get());
    }
  }

  void begin() {
    schedule_.begin();
    send_due();
  }

  void answered(Connection& connection, Steady::time_point due, unsigned status) {
    schedule_.answered(due, status);
    free_.push_back(&connection);
    send_due();
  }
  void broke() { schedule_.broke(); }
  void print() { schedule_.print(); }

 private:
  void send_due() {
    while (!free_.empty() && !schedule_.ended() && schedule_.due() <= Steady::now()) {
      auto* connection = free_.back();
      free_.pop_back();
      const auto due = schedule_.due();
      const auto& body = schedule_.take();
      connection->send(plan_.head, body, due);
    }
    // Without a free connection the next answer goes on; a timer would only spin.
    if (!waiting_ && !free_.empty() && !schedule_.ended()) wait();
  }

  void wait() {
    waiting_ = true;
    timer_.expires_at(schedule_.due());
    timer_.async_wait([this](const boost::system::error_code&) {
      waiting_ = false;
      send_due();
    });
  }

  const Plan& plan_;
  Schedule schedule_;
  asio::steady_timer timer_;
  bool waiting_ = false;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> free_;
};

void Connection::send(const std::string& head, const std::string& body, Steady::time_point due) {
  due_ = due;
  request_ = head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  asio::async_write(socket_, asio::buffer(request_),
                    [this](const boost::system::error_code& error, std::size_t) {
                      if (error) return load_.broke();
                      read();
                    });
}

void Connection::read() {
  parser_.emplace();
  beast::http::async_read(socket_, buffer_, *parser_,
                          [this](const boost::system::error_code& error, std::size_t) {
                            if (error) return load_.broke();
                            load_.answered(*this, due_, parser_->get().result_int());
                          });
}

std::optional<Plan> plan_of(int argc, char** argv) {
  if (argc < 7) return std::nullopt;
  Plan plan{.port = static_cast<std::uint16_t>(std::atoi(argv[1])),
            .rate = std::atof(argv[2]),
            .seconds = std::atof(argv[3]),
            .connections = static_cast<std::size_t>(std::max(0, std::atoi(argv[4]))),
            .head = std::string(argv[5]) + " " + argv[6] + " HTTP/1.1\r\nHost: 127.0.0.1\r\n",
            .bodies = {}};
  for (int i = 7; i < argc; ++i) plan.head += std::string(argv[i]) + "\r\n";
  for (std::string line; std::getline(std::cin, line);) plan.bodies.push_back(line);
  if (plan.port == 0 || plan.rate <= 0 || plan.seconds <= 0 || plan.connections == 0) {
    return std::nullopt;
  }
  return plan;
}

}  // namespace

int main(int argc, char** argv) {
  const auto plan = plan_of(argc, argv);
  if (!plan) {
    std::fprintf(stderr,
                 "usage: bench_open_loop PORT RATE SECONDS CONNECTIONS METHOD TARGET "
                 "[NAME:VALUE…] < BODIES\n");
    return 2;
  }
  try {
    asio::io_context loop(1);
    Load load(loop, *plan);
    load.begin();
    loop.run();
    load.print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_open_loop: %s\n", error.what());
    return 1;
  }
}
