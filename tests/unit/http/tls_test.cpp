#include "http/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "http/failure_reply.hpp"
#include "http/server.hpp"
#include "tasks/worker_pool.hpp"
#include "unit/http/certificate.hpp"
#include "unit/http/raw_client.hpp"

namespace tenens::http {
namespace {

using test::Certificate;
using test::RawClient;
using namespace std::chrono_literals;

Instant now() {
  return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
}

std::string fault_of(const TlsFiles& files) {
  const auto loaded = load_tls(files, now());
  return loaded ? "" : loaded.error();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(LoadTls, TakesACertificateWithItsKeyAndIsSilent) {
  const Certificate certificate;
  const auto loaded = load_tls(certificate.files(), now());
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_TRUE(loaded->warnings.empty());
}

TEST(LoadTls, SaysWhichFileCannotBeReadOrIsSomethingElse) {
  const Certificate certificate;
  const auto [cert, key] = certificate.files();
  const auto nowhere = certificate.path("nowhere.pem");
  EXPECT_EQ(fault_of({nowhere, key}), "cannot read " + nowhere + ": No such file or directory");
  EXPECT_EQ(fault_of({cert, nowhere}), "cannot read " + nowhere + ": No such file or directory");
  EXPECT_TRUE(contains(fault_of({certificate.path(""), key}), "cannot read ")) << "a folder";
  EXPECT_TRUE(contains(fault_of({key, key}), key + " is no certificate: "));
  EXPECT_TRUE(contains(fault_of({cert, cert}), cert + " is no private key"));
  const auto junk = certificate.path("junk.pem");
  std::ofstream(junk) << "junk\n";
  EXPECT_TRUE(contains(fault_of({junk, key}), junk + " is no certificate: "));
  EXPECT_TRUE(contains(fault_of({cert, junk}), junk + " is no private key"));
  std::ofstream(certificate.path("empty.pem"));
  EXPECT_TRUE(contains(fault_of({certificate.path("empty.pem"), key}), ": it is empty"));
}

TEST(LoadTls, RefusesTheKeyOfAnotherCertificate) {
  const Certificate one;
  const Certificate other;
  const auto fault = fault_of({one.files().certificate, other.files().key});
  EXPECT_TRUE(contains(fault, "is not the one of the certificate in ")) << fault;
}

TEST(LoadTls, DoesNotAskForAPassPhrase) {
  const Certificate certificate;
  const auto fault = fault_of({certificate.files().certificate, certificate.path("locked.pem")});
  EXPECT_TRUE(contains(fault, "is no private key without a pass phrase")) << fault;
}

TEST(LoadTls, WarnsOfWhatShouldNotStaySo) {
  const Certificate expired(-60);
  std::filesystem::permissions(expired.files().key, std::filesystem::perms(0644));
  const auto loaded = load_tls(expired.files(), now());
  ASSERT_TRUE(loaded) << loaded.error();
  ASSERT_EQ(loaded->warnings.size(), 2U);
  EXPECT_TRUE(contains(loaded->warnings[0], "has expired"));
  EXPECT_TRUE(contains(loaded->warnings[1], "everybody on this machine may read the key"));

  const Certificate good;
  const auto early = load_tls(good.files(), now() - std::chrono::hours(24));
  ASSERT_TRUE(early);
  ASSERT_EQ(early->warnings.size(), 1U);
  EXPECT_TRUE(contains(early->warnings[0], "is not valid yet"));
}

class EchoOfSizes final : public Handler {
 public:
  Reply handle(const Request& request) override {
    if (request.path == "/slow") {
      elsewhere_.run([] {
        std::this_thread::sleep_for(100ms);
        return true;
      });
    }
    return {.content_type = "text/plain",
            .body = request.method + " " + request.path + " " +
                    std::to_string(request.body.size()) + "#" +
                    (request.path == "/large" ? std::string(200'000, 'x') : "")};
  }
  Reply refuse(const Failure& failure) override {
    return to_reply({failure}, Audience::open, "trace");
  }

 private:
  tasks::WorkerPool elsewhere_{4};
};

/// A blocking TLS client on OpenSSL itself.
class TlsClient {
 public:
  struct Wish {
    int least = TLS1_2_VERSION;
    int most = TLS1_3_VERSION;
    std::string protocols = {};  // as ALPN writes them
    std::string ciphers = {};    // of TLS 1.2
  };

  explicit TlsClient(std::uint16_t port) : TlsClient(port, Wish()) {}
  TlsClient(std::uint16_t port, const Wish& wish) : socket_(port) {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), wish.least);
    SSL_CTX_set_max_proto_version(context_.get(), wish.most);
    if (!wish.ciphers.empty()) SSL_CTX_set_cipher_list(context_.get(), wish.ciphers.c_str());
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(wish.protocols.data()),
                        static_cast<unsigned>(wish.protocols.size()));
    SSL_set_fd(ssl_.get(), socket_.descriptor());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }

  void send(std::string_view bytes) {
    if (!bytes.empty()) SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }
  std::string read_until(std::string_view end) {
    while (buffer_.find(end) == std::string::npos && read_some()) {
    }
    const auto at = buffer_.find(end);
    auto text = buffer_.substr(0, at == std::string::npos ? buffer_.size() : at + end.size());
    buffer_.erase(0, text.size());
    return text;
  }
  std::string read_all() {
    while (read_some()) {
    }
    return std::exchange(buffer_, {});
  }
  /// The server said goodbye, rather than just going.
  [[nodiscard]] bool was_told_the_end() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

 private:
  bool read_some() {
    char bytes[65536];
    const int count = SSL_read(ssl_.get(), bytes, sizeof bytes);
    if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  RawClient socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()),
                                                             &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  bool connected_ = false;
  std::string buffer_;
};

class TlsServerTest : public testing::Test {
 protected:
  void start(Limits limits = {}, unsigned threads = 1) {
    limits.sweep_every = 10ms;
    auto tls = load_tls(certificate_.files(), now()).value();
    server_.emplace(ServerOptions{.threads = threads, .limits = limits, .tls = tls.context}, echo_);
    port_ = server_->start().value();
  }

  static std::string get(const std::string& path, const std::string& lines = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  }

  const Certificate certificate_;
  EchoOfSizes echo_;
  std::optional<Server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(TlsServerTest, ServesRequestAfterRequestOnOneConnection) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(port_, {.least = version, .most = version});
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(SSL_version(client.ssl()), version);
    for (int i = 0; i < 3; ++i) {
      client.send(get("/a" + std::to_string(i)));
      EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
      EXPECT_EQ(client.read_until("#"), "GET /a" + std::to_string(i) + " 0#");
    }
    client.send(get("/a") + get("/b") + get("/c"));
    client.read_until("/c 0#");
    client.send(get("/last", "Connection: close\r\n"));
    EXPECT_TRUE(client.read_all().ends_with("GET /last 0#"));
    EXPECT_TRUE(client.was_told_the_end());
  }
}

TEST_F(TlsServerTest, CarriesBodiesAndLongAnswers) {
  start();
  TlsClient client(port_);
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
  client.send(std::string(60'000, 'b'));
  EXPECT_TRUE(client.read_until("#").ends_with("POST /p 60000#"));
  client.send(get("/large", "Connection: close\r\n"));
  EXPECT_TRUE(client.read_all().ends_with("#" + std::string(200'000, 'x')));
}

TEST_F(TlsServerTest, ClosesWhenSomebodySpeaksPlainly) {
  start();
  for (const std::string& bytes : {get("/"), std::string(5000, '\0')}) {
    RawClient plain(port_);
    plain.send(bytes);
    EXPECT_EQ(plain.read_all().find("HTTP/"), std::string::npos);
    EXPECT_TRUE(plain.is_closed());
  }
}

TEST_F(TlsServerTest, GivesUpOnSlowHandshakes) {
  start({.handshake_deadline = 80ms});
  RawClient silent(port_);
  RawClient slow(port_);
  slow.send(std::string_view("\x16\x03\x01\x02\x00\x01", 6));  // how a ClientHello begins
  EXPECT_TRUE(silent.is_closed(2s));
  EXPECT_TRUE(slow.is_closed(2s));

  // A byte now and then does not buy more time.
  RawClient dripping(port_);
  const auto begun = std::chrono::steady_clock::now();
  dripping.send(std::string_view("\x16\x03\x01\x02\x00", 5));
  while (dripping.send("\x01") && std::chrono::steady_clock::now() - begun < 3s) {
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST_F(TlsServerTest, KeepsTheOtherDeadlinesToo) {
  start({.header_deadline = 80ms, .idle_deadline = 80ms, .linger_deadline = 80ms});
  TlsClient slow(port_);
  slow.send("GET / HTT");
  const auto answer = slow.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
  EXPECT_TRUE(slow.was_told_the_end());
  TlsClient idle(port_);
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_TRUE(idle.was_told_the_end());
}

TEST_F(TlsServerTest, RefusesBeforeTheRestHasCome) {
  start();
  TlsClient client(port_);
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
  client.send(std::string(100'000, 'b'));
  const auto answer = client.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
}

TEST_F(TlsServerTest, SpeaksHttp11OrNothing) {
  start();
  TlsClient both(port_, {.protocols = "\x02h2\x08http/1.1"});
  EXPECT_TRUE(both.connected());
  EXPECT_EQ(both.protocol(), "http/1.1");
  TlsClient only_two(port_, {.protocols = "\x02h2"});
  EXPECT_FALSE(only_two.connected());
}

TEST_F(TlsServerTest, RefusesOldVersionsWeakCiphersAndRenegotiation) {
  start();
  TlsClient old(port_, {.least = TLS1_VERSION, .most = TLS1_1_VERSION});
  EXPECT_FALSE(old.connected());
  TlsClient weak(port_, {.most = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA:AES128-SHA"});
  EXPECT_FALSE(weak.connected());
  TlsClient again(port_, {.most = TLS1_2_VERSION});
  ASSERT_TRUE(again.connected());
  SSL_renegotiate(again.ssl());
  EXPECT_NE(SSL_do_handshake(again.ssl()), 1);
}

TEST_F(TlsServerTest, ServesANewCertificateToThoseWhoComeAfterIt) {
  start();
  TlsClient before(port_);
  const Certificate other;
  server_->use(load_tls(other.files(), now()).value().context);
  const auto theirs = [&](const TlsClient& client) {
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(client.ssl()),
                                                            &X509_free);
    const std::unique_ptr<FILE, int (*)(FILE*)> file(
        std::fopen(other.files().certificate.c_str(), "r"), &fclose);
    const std::unique_ptr<X509, decltype(&X509_free)> expected(
        PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
    return X509_cmp(shown.get(), expected.get()) == 0;
  };
  before.send(get("/still"));
  EXPECT_TRUE(before.read_until("#").ends_with("GET /still 0#"));
  EXPECT_FALSE(theirs(before));
  TlsClient after(port_);
  EXPECT_TRUE(theirs(after));
}

TEST_F(TlsServerTest, FinishesRunningRequestsWhenItStops) {
  start({.linger_deadline = 50ms});
  TlsClient idle(port_);
  RawClient half(port_);  // within its handshake
  TlsClient busy(port_);
  busy.send(get("/slow"));
  std::this_thread::sleep_for(30ms);
  auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
  EXPECT_TRUE(busy.read_all().ends_with("GET /slow 0#"));
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(stopped.wait_for(3s), std::future_status::ready);
}

TEST_F(TlsServerTest, ServesManyConnectionsOnSeveralLoops) {
  start({}, 2);
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      TlsClient client(port_);
      for (int n = 0; n < 50; ++n) {
        client.send(get("/n"));
        if (client.read_until("#").ends_with("GET /n 0#")) ++answered;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(answered, 8 * 50);
}

}  // namespace
}  // namespace tenens::http
