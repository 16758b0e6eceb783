#include "http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "http/failure_reply.hpp"
#include "tasks/worker_pool.hpp"
#include "unit/http/raw_client.hpp"

namespace tenens::http {
namespace {

using test::RawClient;
using namespace std::chrono_literals;

/// All there is in it.
std::string told(const Request& request) {
  auto text = request.method + " " + request.path + " from " + request.address;
  for (const auto& [name, value] : request.query) text += " ?" + name + "=" + value;
  for (const auto& [name, value] : request.headers) text += " " + name + ":" + value;
  return text + " [" + request.body + "]#";
}

/// Tells back what it was asked, `/tell` all of it; `/slow` takes its time, `/throw` does what no
/// handler should.
class Echo final : public Handler {
 public:
  Reply handle(const Request& request) override {
    if (request.path == "/throw") throw std::runtime_error("on purpose");
    if (request.path == "/tell") return {.content_type = "text/plain", .body = told(request)};
    if (request.path == "/slow") {
      entered.set_value();
      elsewhere_.run([] {
        std::this_thread::sleep_for(200ms);
        return true;
      });
      left = true;
    }
    return {.content_type = "text/plain",
            .body = request.method + " " + request.path + " " +
                    std::to_string(request.body.size()) + " " +
                    std::string(request.header("x-trailer")) + "#"};
  }
  Reply refuse(const Failure& failure) override {
    return to_reply({failure}, Audience::open, "trace");
  }

  std::promise<void> entered;
  std::atomic<bool> left = false;

 private:
  tasks::WorkerPool elsewhere_{4};
};

class ServerTest : public testing::Test {
 protected:
  void start(Limits limits = {}, const std::string& address = "127.0.0.1") {
    limits.sweep_every = 10ms;
    server_.emplace(ServerOptions{.address = address, .limits = limits}, echo_);
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error();
    port_ = *started;
  }

  std::string ask(std::string_view bytes) {
    RawClient client(port_);
    client.send(bytes);
    return client.read_all();
  }

  static std::string get(const std::string& path, const std::string& lines = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  }
  static std::string post(const std::string& lines, const std::string& body = "") {
    return "POST /p HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + body;
  }

  static void expect_refusal(const std::string& answer, std::string_view status,
                             std::string_view code) {
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::string(status))) << answer;
    EXPECT_NE(answer.find("Content-Type: application/json\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("\"code\":\"" + std::string(code) + "\""), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("}")) << answer;
  }

  Echo echo_;
  std::optional<Server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(ServerTest, KnowsAnIpv4ClientOnASocketForBothKinds) {
  start({}, "::");
  EXPECT_NE(ask(get("/tell", "Connection: close\r\n")).find("from 127.0.0.1 "), std::string::npos);
}

TEST_F(ServerTest, ServesRequestAfterRequestOnOneConnection) {
  start();
  RawClient client(port_);
  for (int i = 0; i < 3; ++i) {
    client.send(get("/a" + std::to_string(i)));
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(client.read_until("#"), "GET /a" + std::to_string(i) + " 0 #");
  }
  client.send(get("/last", "Connection: close\r\n"));
  EXPECT_TRUE(client.read_all().ends_with("GET /last 0 #"));
}

TEST_F(ServerTest, ARequestHasNothingOfTheOneBefore) {
  start();
  RawClient client(port_);
  client.send(
      "POST /tell?q=a%20b&q=2 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\nX: 1\r\n"
      "x: 2\r\nContent-Length: 4\r\n\r\nbody");
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_until("#"),
            "POST /tell from 127.0.0.1 ?q=a b ?q=2 Host:a Authorization:Bearer secret X:1 x:2"
            " Content-Length:4 [body]#");
  client.send(get("/tell"));
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_until("#"), "GET /tell from 127.0.0.1 Host:a []#");
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
  start();
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += post("Content-Length: 3\r\n", "abc") + get("/" + std::to_string(i));
  const auto answer = ask(all + get("/end", "Connection: close\r\n"));
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = answer.find("GET /" + std::to_string(i) + " 0 #", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_TRUE(answer.ends_with("GET /end 0 #"));
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  start();
  const auto answer = ask("HEAD /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, ReadsChunkedBodiesAndKeepsTrailersOutOfTheHeaders) {
  start();
  const auto answer =
      ask(post("Transfer-Encoding: chunked\r\nTrailer: X-Trailer\r\nConnection: close\r\n",
               "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: evil\r\n\r\n"));
  EXPECT_TRUE(answer.ends_with("POST /p 5 #")) << answer;
}

TEST_F(ServerTest, TakesAsMuchAsTheLimitsSayAndNotAByteMore) {
  start({.header_bytes = 512, .body_bytes = 1000});
  const auto bare = get("/", "Connection: close\r\nX: \r\n").size();
  const auto head_of = [&](std::size_t size) {
    return get("/", "Connection: close\r\nX: " + std::string(size - bare, 'x') + "\r\n");
  };
  EXPECT_TRUE(ask(head_of(512)).starts_with("HTTP/1.1 200"));
  expect_refusal(ask(head_of(513)), "431 ", "request_header_too_large");
  expect_refusal(ask(head_of(100'000)), "431 ", "request_header_too_large");

  const auto body_of = [](std::size_t size) {
    return post("Connection: close\r\nContent-Length: " + std::to_string(size) + "\r\n",
                std::string(size, 'b'));
  };
  EXPECT_TRUE(ask(body_of(1000)).ends_with(" 1000 #"));
  expect_refusal(ask(body_of(1001)), "413 ", "request_body_too_large");
}

TEST_F(ServerTest, CountsChunksTogether) {
  start({.body_bytes = 1000});
  std::string chunks;
  for (int i = 0; i < 11; ++i) chunks += "64\r\n" + std::string(100, 'c') + "\r\n";
  expect_refusal(ask(post("Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n")), "413 ",
                 "request_body_too_large");
}

TEST_F(ServerTest, CutsOffAChunkHeaderWithoutAnEnd) {
  start();
  const auto answer = ask(post("Transfer-Encoding: chunked\r\n", "1;" + std::string(500'000, 'x')));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << answer;
}

TEST_F(ServerTest, CountsThePaddingOfChunkHeadersToo) {
  start({.body_bytes = 1000});
  std::string chunks;
  for (int i = 0; i < 20; ++i) chunks += "1;" + std::string(500, 'x') + "\r\na\r\n";
  expect_refusal(ask(post("Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n")), "413 ",
                 "request_body_too_large");
}

TEST_F(ServerTest, TakesABodyInChunksOfOneByte) {
  start({.body_bytes = 1000});
  std::string chunks;
  for (int i = 0; i < 1000; ++i) chunks += "1\r\na\r\n";
  EXPECT_TRUE(ask(post("Connection: close\r\nTransfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n"))
                  .ends_with("POST /p 1000 #"));
}

TEST_F(ServerTest, RefusesWhatIsNoRequest) {
  start();
  for (const std::string bytes :
       {"nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
        "GET /?a=% HTTP/1.1\r\nHost: a\r\n\r\n", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"}) {
    expect_refusal(ask(bytes), "400 ", "bad_request");
  }
}

TEST_F(ServerTest, ToleratesALineEndBetweenRequests) {
  start();
  EXPECT_TRUE(ask("\r\n" + get("/x", "Connection: close\r\n")).ends_with("GET /x 0 #"));
}

TEST_F(ServerTest, GivesUpOnSlowHeads) {
  start({.header_deadline = 80ms});
  RawClient client(port_);
  client.send("GET / HTT");
  expect_refusal(client.read_all(), "408 ", "request_timeout");
}

TEST_F(ServerTest, GivesUpOnSlowBodies) {
  start({.body_deadline = 80ms});
  RawClient client(port_);
  client.send(post("Content-Length: 5\r\n", "ab"));
  expect_refusal(client.read_all(), "408 ", "request_timeout");
}

TEST_F(ServerTest, ClosesSilentConnectionsWithoutAWord) {
  start({.header_deadline = 60ms, .idle_deadline = 60ms});
  RawClient silent(port_);
  EXPECT_EQ(silent.read_all(), "");
  RawClient idle(port_);
  idle.send(get("/a"));
  idle.read_until("#");
  EXPECT_EQ(idle.read_all(), "");
}

TEST_F(ServerTest, GivesUpOnReadersThatDoNotRead) {
  start({.body_bytes = 1000, .write_deadline = 100ms});
  RawClient client(port_);
  std::string many;
  for (int i = 0; i < 2000; ++i) many += get("/" + std::string(1000, 'x'));
  for (int i = 0; i < 30; ++i) {
    if (!client.send(many)) break;
  }
  SUCCEED();  // The server closed, or send() would have waited for ever.
}

TEST_F(ServerTest, InvitesTheBodyThatSomebodyAsksAbout) {
  start();
  RawClient client(port_);
  client.send(post("Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_TRUE(client.read_all().ends_with("POST /p 3 #"));
}

TEST_F(ServerTest, RefusesALargeBodyBeforeItIsSent) {
  start();
  expect_refusal(ask(post("Content-Length: 9999999\r\nExpect: 100-continue\r\n")), "413 ",
                 "request_body_too_large");
}

TEST_F(ServerTest, SurvivesAHandlerThatThrows) {
  start();
  const auto answer = ask(get("/throw", "Connection: close\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_EQ(answer.find("on purpose"), std::string::npos);
}

TEST_F(ServerTest, UnderstandsHttp10) {
  start();
  EXPECT_TRUE(ask("GET /a HTTP/1.0\r\n\r\n").ends_with("GET /a 0 #"));  // and closes by itself
  RawClient client(port_);
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(client.read_until("#").find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST_F(ServerTest, LetsConnectionsBeyondTheCapWait) {
  start({.connections = 1});
  auto first = std::make_optional<RawClient>(port_);
  first->send(get("/first"));
  first->read_until("#");
  RawClient second(port_);
  second.send(get("/second", "Connection: close\r\n"));
  EXPECT_EQ(second.read_all(100ms), "");
  first.reset();
  EXPECT_TRUE(second.read_all().ends_with("GET /second 0 #"));
}

TEST_F(ServerTest, FinishesRunningRequestsWhenItStops) {
  start();
  RawClient idle(port_);
  idle.send(get("/a"));
  idle.read_until("#");
  RawClient busy(port_);
  busy.send(get("/slow"));
  echo_.entered.get_future().wait();

  const auto started = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
  EXPECT_TRUE(idle.is_closed());
  const auto answer = busy.read_all();
  EXPECT_TRUE(answer.ends_with("GET /slow 0 #")) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_THROW(RawClient(port_).read_all(), std::runtime_error);
}

TEST_F(ServerTest, WaitsForAHandlerThatIsUnderWayAlsoBeyondTheDeadline) {
  start({.drain_deadline = 20ms});
  RawClient busy(port_);
  busy.send(get("/slow"));
  echo_.entered.get_future().wait();
  server_->stop();
  server_->run();  // returns at once: it has stopped
  EXPECT_TRUE(echo_.left);
}

TEST_F(ServerTest, RunReturnsWhenSomebodyStopsIt) {
  start();
  std::thread stopper([&] {
    std::this_thread::sleep_for(30ms);
    server_->stop();
  });
  server_->run();
  stopper.join();
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  Server second({.port = port_}, echo_);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().find(std::to_string(port_)), std::string::npos);
}

TEST_F(ServerTest, ServesManyConnectionsOnSeveralLoops) {
  server_.emplace(ServerOptions{.threads = 2}, echo_);
  port_ = server_->start().value();
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      RawClient client(port_);
      for (int n = 0; n < 50; ++n) {
        client.send(get("/n"));
        if (client.read_until("#").ends_with("GET /n 0 #")) ++answered;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(answered, 16 * 50);
}

}  // namespace
}  // namespace tenens::http
