// The ceiling of every route: the server's own HTTP stack, tasks included, with a handler that
// looks at nothing and answers the same bytes.
#include <csignal>
#include <cstdio>
#include <string>

#include "http/server.hpp"

namespace {

using namespace tenens;

class Echo final : public http::Handler {
 public:
  explicit Echo(std::string body) : body_(std::move(body)) {}

  http::Reply handle(const http::Request& /*request*/) override {
    return {.status = 200, .content_type = "application/json", .body = body_};
  }
  http::Reply refuse(const Failure& /*failure*/) override { return {.status = 400}; }

 private:
  const std::string body_;
};

/// A number of bytes, or the bytes themselves for a client that wants to understand them. By
/// default about what create answers.
std::string body_of(const std::string& argument) {
  const bool is_number = argument.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? std::string(std::stoul(argument), 'x') : argument;
}

}  // namespace

int main(int argc, char** argv) {
  Echo echo(body_of(argc > 1 ? argv[1] : "900"));

  // Blocked before the server starts threads, so that only sigwait sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  http::Server server({}, echo);
  const auto port = server.start();
  if (!port) {
    std::fprintf(stderr, "bench_echo: %s\n", port.error().c_str());
    return 1;
  }
  std::fprintf(stderr, "listening on http://127.0.0.1:%u\n", static_cast<unsigned>(*port));
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
}
