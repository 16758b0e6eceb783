// libcurl against a server made of a socket: what really goes out, and how often.
#include "sdk/transport_curl.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace clerk_backend_api::detail {
namespace {

using namespace std::chrono_literals;

/// Answers the n-th request it reads with what the script says, one thread, one connection at a
/// time. An answer of "" closes the connection without one; kSilence keeps it open and says
/// nothing.
class ScriptedServer {
 public:
  static constexpr const char* kSilence = "silence";

  explicit ScriptedServer(std::vector<std::string> script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    if (const int peer = peer_; peer >= 0) ::shutdown(peer, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1/x"; }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int connections() const { return connections_; }

 private:
  void serve() {
    while (!stopping_) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      peer_ = peer;
      ++connections_;
      while (answer_one(peer)) {
      }
      peer_ = -1;
      ::close(peer);
    }
  }

  bool answer_one(int peer) {
    std::string request;
    std::array<char, 4096> buffer{};
    while (!is_whole(request)) {
      const auto count = ::recv(peer, buffer.data(), buffer.size(), 0);
      if (count <= 0) return false;
      request.append(buffer.data(), static_cast<std::size_t>(count));
    }
    std::string answer;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      if (requests_.size() <= script_.size()) answer = script_[requests_.size() - 1];
    }
    if (answer == kSilence) return ::recv(peer, buffer.data(), buffer.size(), 0) > 0;
    if (answer.empty()) return false;
    return ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL) > 0;
  }

  static bool is_whole(const std::string& request) {
    const auto end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto at = request.find("Content-Length: ");
    const auto body = at == std::string::npos ? 0 : std::stoul(request.substr(at + 16));
    return request.size() >= end + 4 + body;
  }

  std::vector<std::string> script_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::atomic<int> connections_ = 0;
  std::atomic<int> peer_ = -1;
  std::atomic<bool> stopping_ = false;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

std::string answer(const std::string& body, const std::string& status = "200 OK",
                   const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

HttpRequest post(const ScriptedServer& server) {
  return {.method = "POST",
          .url = server.url(),
          .bearer_auth = "sk_test_k",
          .headers = {{"X-A", "b"}},
          .body = "{}",
          .timeout = 5s,
          .max_response_bytes = 1000};
}

TransportFailure failure_of(const std::variant<HttpResponse, TransportFailure>& reply) {
  const auto* failure = std::get_if<TransportFailure>(&reply);
  EXPECT_NE(failure, nullptr);
  return failure == nullptr ? TransportFailure{} : *failure;
}

class SdkTransportCurl : public ::testing::Test {
 protected:
  std::shared_ptr<Transport> transport_ = make_curl_transport("");
};

TEST_F(SdkTransportCurl, SendsWhatItIsGivenAndReadsWhatComes) {
  ScriptedServer server({answer("hello", "422 Unprocessable Entity", "Retry-After:  7 \r\n")});
  const auto reply = transport_->send(post(server));
  const auto& response = std::get<HttpResponse>(reply);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.header("retry-after"), "7");
  const auto sent = server.requests().at(0);
  EXPECT_TRUE(sent.starts_with("POST /v1/x HTTP/1.1\r\n")) << sent;
  EXPECT_NE(sent.find("\r\nAuthorization: Bearer sk_test_k\r\n"), std::string::npos);
  EXPECT_NE(sent.find("\r\nX-A: b\r\n"), std::string::npos);
  EXPECT_TRUE(sent.ends_with("\r\n\r\n{}"));
}

TEST_F(SdkTransportCurl, APostWithoutABodyIsNotCalledAForm) {
  ScriptedServer server({answer("{}")});
  auto request = post(server);
  request.body.clear();
  static_cast<void>(transport_->send(request));
  const auto sent = server.requests().at(0);
  EXPECT_EQ(sent.find("Content-Type"), std::string::npos) << sent;
  EXPECT_NE(sent.find("Content-Length: 0\r\n"), std::string::npos) << sent;
}

TEST_F(SdkTransportCurl, OneConnectionServesManyRequests) {
  ScriptedServer server({answer("1"), answer("2"), answer("3")});
  for (int i = 0; i < 3; ++i) static_cast<void>(transport_->send(post(server)));
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(SdkTransportCurl, ACreateOnAConnectionThatDiesIsNotSentAgain) {
  // libcurl alone would: the kept-alive connection closes without a byte, so it takes another.
  ScriptedServer server({answer("1"), "", answer("3")});
  static_cast<void>(transport_->send(post(server)));
  const auto failure = failure_of(transport_->send(post(server)));
  EXPECT_TRUE(failure.sent);
  EXPECT_EQ(failure.cause, TransportCause::connection_lost);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(SdkTransportCurl, WhatMayBeSentTwiceIsRescuedFromADyingConnection) {
  ScriptedServer server({answer("1"), "", answer("3")});
  EXPECT_FALSE(std::get<HttpResponse>(transport_->send(post(server))).sent_twice);
  auto request = post(server);
  request.may_be_sent_twice = true;
  const auto rescued = std::get<HttpResponse>(transport_->send(request));
  EXPECT_EQ(rescued.body, "3");
  EXPECT_TRUE(rescued.sent_twice);
}

TEST_F(SdkTransportCurl, ARefusedConnectionWasNotSent) {
  std::string url;
  {
    ScriptedServer gone({});
    url = gone.url();
  }
  const auto failure = failure_of(transport_->send({.method = "GET", .url = url, .timeout = 2s}));
  EXPECT_EQ(failure.cause, TransportCause::connection_failed);
  EXPECT_FALSE(failure.sent);
}

TEST_F(SdkTransportCurl, ASilentServerTimesOutAfterTheRequestWasSent) {
  ScriptedServer server({ScriptedServer::kSilence});
  auto request = post(server);
  request.timeout = 100ms;
  const auto failure = failure_of(transport_->send(request));
  EXPECT_EQ(failure.cause, TransportCause::timed_out);
  EXPECT_TRUE(failure.sent);
}

TEST_F(SdkTransportCurl, HalfAnAnswerIsALostOne) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"});
  auto request = post(server);
  request.timeout = 200ms;
  EXPECT_TRUE(failure_of(transport_->send(request)).sent);
}

TEST_F(SdkTransportCurl, AStopTokenEndsTheWaitAtOnce) {
  ScriptedServer server({ScriptedServer::kSilence});
  std::stop_source stop;
  auto request = post(server);
  request.stop_token = stop.get_token();
  std::jthread stopper([&] {
    while (server.requests().empty()) std::this_thread::sleep_for(1ms);
    stop.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto failure = failure_of(transport_->send(request));
  EXPECT_EQ(failure.cause, TransportCause::cancelled);
  EXPECT_TRUE(failure.sent);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
}

TEST_F(SdkTransportCurl, AnAnswerBeyondTheLimitIsCutOff) {
  ScriptedServer server({answer(std::string(1001, 'x'))});
  EXPECT_EQ(failure_of(transport_->send(post(server))).cause, TransportCause::answer_too_large);
}

TEST_F(SdkTransportCurl, ARedirectIsAnAnswerAndNotADirection) {
  ScriptedServer server({answer("", "302 Found", "Location: /elsewhere\r\n"), answer("2")});
  EXPECT_EQ(std::get<HttpResponse>(transport_->send(post(server))).status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(SdkTransportCurl, OtherSchemesAreRefused) {
  const auto failure =
      failure_of(transport_->send({.method = "GET", .url = "file:///etc/hostname", .timeout = 1s}));
  EXPECT_FALSE(failure.sent);
}

TEST_F(SdkTransportCurl, ManyThreadsMayShareIt) {
  ScriptedServer server(
      std::vector<std::string>(64, answer("x", "200 OK", "Connection: close\r\n")));
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 8; ++k) {
          auto request = post(server);
          request.may_be_sent_twice = true;
          answered += std::holds_alternative<HttpResponse>(transport_->send(request)) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(answered, 64);
}

}  // namespace
}  // namespace clerk_backend_api::detail
