// Sends requests at a rate that does not depend on the answers, as the world does, and tells those
// who were let in from those who were turned away (bench/open_loop.cpp takes them together).
//
// storm PORT CONNECTIONS RATE MILLISECONDS < REQUESTS
//
// RATE is a second; 0 sends the next as soon as there is an answer. REQUESTS are bytes, each behind
// a line with its length, and are used in turn; one that was answered with 2xx is not used again if
// it says `once` behind the length. Writes one JSON object: statuses, and how long admitted and
// refused ones took. A request for which no connection is free is not sent, and counted as such.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Time = std::chrono::steady_clock;

struct Request {
  std::string bytes;
  bool once = false;
};

struct Connection {
  int socket = -1;
  std::size_t request = 0;
  Time::time_point sent;
  std::string answer;
};

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "storm: " << why << '\n';
  std::exit(2);
}

std::vector<Request> read_requests() {
  std::vector<Request> requests;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream head(line);
    std::size_t length = 0;
    std::string word;
    if (!(head >> length)) fail("a request without its length");
    head >> word;
    Request request{std::string(length, '\0'), word == "once"};
    if (!std::cin.read(request.bytes.data(), static_cast<std::streamsize>(length))) {
      fail("a request that is too short");
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

int connect_to(int port) {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("cannot connect");
  }
  const int yes = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return made;
}

/// 0 while the answer is not complete.
int status_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  constexpr std::string_view kLength = "Content-Length: ";
  const auto at = answer.find(kLength);
  const auto length = at < end ? std::stoul(answer.substr(at + kLength.size())) : 0;
  return answer.size() < end + 4 + length ? 0 : std::stoi(answer.substr(9, 3));
}

class Load {
 public:
  Load(int port, std::size_t connections, double rate, std::vector<Request> requests)
      : rate_(rate), requests_(std::move(requests)), connections_(connections) {
    poll_ = ::epoll_create1(0);
    for (auto& connection : connections_) {
      connection.socket = connect_to(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, connection.socket, &event);
      idle_.push_back(&connection);
    }
    for (std::size_t n = 0; n < requests_.size(); ++n) ready_.push_back(n);
  }

  void run(std::chrono::milliseconds during) {
    const auto start = Time::now();
    const auto end = start + during;
    for (auto now = start; now < end; now = Time::now()) {
      const std::chrono::duration<double> passed = now - start;
      if (rate_ == 0) {
        while (!idle_.empty() && !ready_.empty()) send(now);
      } else {
        for (; static_cast<double>(offered_) < passed.count() * rate_; ++offered_) {
          if (idle_.empty() || ready_.empty()) {
            ++not_sent_;
          } else {
            send(now);
          }
        }
      }
      receive(1);
    }
    // What is on its way still counts, for as long as anybody would wait.
    const auto patience = Time::now() + std::chrono::seconds(5);
    while (idle_.size() < connections_.size() && Time::now() < patience) receive(10);
  }

  void report() {
    std::cout << "{\"not_sent\": " << not_sent_
              << ", \"unanswered\": " << connections_.size() - idle_.size() << ", \"statuses\": {";
    const char* comma = "";
    for (const auto& [status, count] : statuses_) {
      std::cout << comma << '"' << status << "\": " << count;
      comma = ", ";
    }
    std::cout << "}, \"without_retry_after\": " << without_retry_after_
              << ", \"admitted\": " << quantiles(admitted_)
              << ", \"refused\": " << quantiles(refused_) << "}\n";
  }

 private:
  void send(Time::time_point now) {
    auto& connection = *idle_.back();
    idle_.pop_back();
    connection.request = ready_.front();
    ready_.pop_front();
    if (!requests_[connection.request].once) ready_.push_back(connection.request);
    connection.sent = now;
    connection.answer.clear();
    const auto& bytes = requests_[connection.request].bytes;
    if (::send(connection.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
      fail("cannot send");
    }
  }

  void receive(int patience_ms) {
    std::array<epoll_event, 512> events{};
    const int count =
        ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), patience_ms);
    for (int n = 0; n < count; ++n) {
      auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(n)].data.ptr);
      std::array<char, 16384> piece{};
      const auto size = ::recv(connection.socket, piece.data(), piece.size(), 0);
      if (size <= 0) fail("the server hung up");
      connection.answer.append(piece.data(), static_cast<std::size_t>(size));
      if (const int status = status_of(connection.answer)) finish(connection, status);
    }
  }

  void finish(Connection& connection, int status) {
    const std::chrono::duration<double, std::milli> took = Time::now() - connection.sent;
    ++statuses_[status];
    const bool is_refusal = status == 429 || status == 503;
    (is_refusal ? refused_ : admitted_).push_back(took.count());
    if (is_refusal && connection.answer.find("Retry-After: ") == std::string::npos) {
      ++without_retry_after_;
    }
    if (is_refusal && requests_[connection.request].once) ready_.push_back(connection.request);
    idle_.push_back(&connection);
  }

  static std::string quantiles(std::vector<double>& took) {
    std::sort(took.begin(), took.end());
    const auto at = [&](double part) {
      return took.empty()
                 ? 0.0
                 : took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
    };
    std::ostringstream text;
    text << "{\"count\": " << took.size() << ", \"p50_ms\": " << at(0.5)
         << ", \"p99_ms\": " << at(0.99) << ", \"max_ms\": " << at(1) << '}';
    return text.str();
  }

  const double rate_;
  std::vector<Request> requests_;
  std::vector<Connection> connections_;
  std::vector<Connection*> idle_;
  std::deque<std::size_t> ready_;
  int poll_ = -1;
  std::size_t offered_ = 0;
  std::size_t not_sent_ = 0;
  std::size_t without_retry_after_ = 0;
  std::map<int, std::size_t> statuses_;
  std::vector<double> admitted_;
  std::vector<double> refused_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) fail("wants PORT CONNECTIONS RATE MILLISECONDS");
  Load load(std::atoi(argv[1]), static_cast<std::size_t>(std::atoi(argv[2])), std::atof(argv[3]),
            read_requests());
  load.run(std::chrono::milliseconds(std::atoi(argv[4])));
  load.report();
}
