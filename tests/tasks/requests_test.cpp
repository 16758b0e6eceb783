// Requests as tasks: one thread, on which those that wait let the others go on.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

#include "http/server.hpp"
#include "tasks/worker_pool.hpp"
#include "unit/http/raw_client.hpp"

namespace tenens::http {
namespace {

using test::RawClient;

/// `/slow` is answered when the test says so.
class Patient final : public Handler {
 public:
  Reply handle(const Request& request) override {
    if (request.path == "/slow") {
      elsewhere_.run([this] {
        may_go_on_.wait();
        return true;
      });
    }
    return {.content_type = "text/plain", .body = request.path + "#"};
  }
  Reply refuse(const Failure& /*failure*/) override { return {.status = 400}; }

  std::promise<void> go_on;

 private:
  std::shared_future<void> may_go_on_ = go_on.get_future().share();
  tasks::WorkerPool elsewhere_{64};
};

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

TEST(Tasks, ARequestThatWaitsHoldsUpNoOther) {
  Patient patient;
  Server server({.threads = 2}, patient);
  const auto port = server.start().value();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<RawClient>(port));
    slow.back()->send(get("/slow"));
  }
  RawClient quick(port);
  for (int i = 0; i < 50; ++i) {
    quick.send(get("/" + std::to_string(i)));
    EXPECT_TRUE(quick.read_until("#").ends_with("/" + std::to_string(i) + "#"));
  }
  patient.go_on.set_value();
  for (auto& client : slow) EXPECT_TRUE(client->read_until("#").ends_with("/slow#"));
}

TEST(Tasks, AStopWaitsForTheRequestsThatHaveBegun) {
  Patient patient;
  Server server({}, patient);
  const auto port = server.start().value();
  RawClient client(port);
  client.send(get("/slow"));
  RawClient other(port);
  other.send(get("/other"));
  EXPECT_TRUE(other.read_until("#").ends_with("/other#"));  // so the first has begun
  auto stopped = std::async(std::launch::async, [&] { server.stop(); });
  patient.go_on.set_value();
  EXPECT_TRUE(client.read_until("#").ends_with("/slow#"));
  stopped.get();
}

}  // namespace
}  // namespace tenens::http
