// Answers that are not what they should be: what the caller is told, and what it cost.
#include <ctime>

#include "hostile/hostile_test.hpp"

namespace clerk_backend_api::hostile {
namespace {

using enum ErrorKind;

// What the library reads at most, and what may lie in both kernels' buffers besides.
constexpr std::size_t kReadAtMost = 8 * 1024 * 1024 + 256 * 1024;
constexpr std::size_t kBuffered = 16 * 1024 * 1024;

/// `head`, then `again` for as long as the client takes it.
HostileServer::Behaviour endless(std::string head, std::string again) {
  return [head = std::move(head), again = std::move(again)](const Peer& peer) {
    if (peer.read_request().empty() || !peer.write(head)) return;
    while (peer.write(again)) {
    }
  };
}

void expect_bounded(HostileServer::Behaviour behaviour) {
  const HostileServer server(std::move(behaviour));
  auto s = client_of(server.url());
  const auto begin = std::chrono::steady_clock::now();
  const auto res = s.actor_tokens.get("act_1");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 6s);
  ASSERT_FALSE(res);
  EXPECT_EQ(to_string(res.error().kind), "unavailable");
  EXPECT_LT(server.written(), kReadAtMost + kBuffered);
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// Deflate that says "the last byte again, 258 times", over and over: 1 MB becomes 160 MB. No
/// library is needed for it: every match is the same thirteen bits.
std::string gzip_bomb(std::size_t bytes) {
  std::string bomb("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  unsigned pending = 0;
  unsigned bits = 0;
  const auto put = [&](unsigned code, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      pending |= ((code >> (count - 1 - i)) & 1U) << bits;
      if (++bits == 8) {
        bomb += static_cast<char>(pending);
        pending = bits = 0;
      }
    }
  };
  put(0b110, 3);       // last block, fixed codes (read low bit first: 1, then 01)
  put(0b01010000, 8);  // a space
  while (bomb.size() < bytes) put(0b1100010100000, 13);
  return bomb;
}

TEST(HostileAnswers, ATruncatedAnswerIsALostOne) {
  expect_kinds(always("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"token\":\"secret-ticket\""),
               unavailable, in_doubt, "connection_lost");
  expect_kinds(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"id\""),
               unavailable, in_doubt, "connection_lost");
  expect_kinds(always("HTTP/1.1 200 OK\r\nContent-Le"), unavailable, in_doubt);
  expect_kinds(always(answer(std::string(kToken).substr(0, 60))), unavailable, in_doubt,
               "answer_unreadable");
}

TEST(HostileAnswers, AnEndlessBodyIsCutOff) {
  expect_bounded(endless("HTTP/1.1 200 OK\r\n\r\n", std::string(65'536, ' ')));
  expect_bounded(endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                         "10000\r\n" + std::string(65'536, ' ') + "\r\n"));
  expect_bounded(endless("HTTP/1.1 503 Busy\r\n\r\n", std::string(65'536, 'x')));
}

TEST(HostileAnswers, EndlessHeadersAreCutOff) {
  expect_bounded(endless("HTTP/1.1 200 OK\r\n", "X-Flood: " + std::string(4'000, 'x') + "\r\n"));
  expect_bounded(endless("HTTP/1.1 200 OK\r\nX-Flood: ", std::string(65'536, 'x')));
  expect_bounded(endless("", "HTTP/1.1 103 Early Hints\r\nX-Flood: x\r\n\r\n"));
}

TEST(HostileAnswers, AnEndlessCreateIsInDoubt) {
  expect_kinds(endless("HTTP/1.1 200 OK\r\n\r\n", std::string(65'536, ' ')), unavailable, in_doubt,
               "answer_too_large");
}

TEST(HostileAnswers, AWrongLengthIsNotBelieved) {
  expect_kinds(always("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + std::string(kToken)),
               unavailable, in_doubt);
  expect_kinds(always("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{}"),
               unavailable, in_doubt);
  expect_kinds(always("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + std::string(kToken)),
               unavailable, in_doubt, "answer_unreadable");
}

TEST(HostileAnswers, WhatComesBehindAnAnswerIsNoAnswerToTheNextCall) {
  const HostileServer server([](const Peer& peer) {
    const auto forged = answer(R"({"keys":[{"kid":"forged"}]})");
    while (!peer.read_request().empty() && peer.write(answer(R"({"keys":[]})") + forged)) {
    }
  });
  auto s = client_of(server.url());
  for (int i = 0; i < 5; ++i) {
    const auto keys = s.jwks.get();
    ASSERT_TRUE(keys);
    EXPECT_EQ(to_json(*keys), R"({"keys":[]})");
  }
}

TEST(HostileAnswers, ThePageOfAProxyIsNoSuccess) {
  expect_kinds(always(answer("<html>Sign in to the wireless network</html>", "200 OK",
                             "Content-Type: text/html\r\n")),
               unavailable, in_doubt, "answer_unreadable");
  expect_kinds(always(answer("", "204 No Content")), unavailable, in_doubt, "answer_unreadable");
  expect_kinds(always("SSH-2.0-OpenSSH_9.2\r\n"), unavailable, in_doubt);
  expect_kinds(always(std::string(1000, '\0')), unavailable, in_doubt);
}

TEST(HostileAnswers, TheBodyDecidesAndNotItsContentType) {
  // A proxy that renames the type has not touched the token; to lose it would help nobody.
  const HostileServer server(always(answer(kToken, "200 OK", "Content-Type: text/plain\r\n")));
  auto s = client_of(server.url());
  EXPECT_TRUE(create(s));
}

TEST(HostileAnswers, AnHtml502IsQuotedInPart) {
  const auto page = "<html>502 Bad Gateway" + std::string(100'000, 'x');
  expect_kinds(always(answer(page, "502 Bad Gateway", "Content-Type: text/html\r\n")), unavailable,
               in_doubt);
  const HostileServer server(always(answer(page, "502 Bad Gateway")));
  auto s = client_of(server.url());
  const auto error = s.actor_tokens.get("act_1").error();
  EXPECT_EQ(error.http_status, 502);
  EXPECT_EQ(error.body_excerpt, page.substr(0, 512));
}

TEST(HostileAnswers, CompressionIsNotAskedForAndNotUndone) {
  std::string asked;
  const HostileServer server([&](const Peer& peer) {
    asked = peer.read_request();
    static_cast<void>(peer.write(
        answer(gzip_bomb(100'000), "200 OK", "Content-Encoding: gzip\r\nConnection: close\r\n")));
  });
  auto s = client_of(server.url());
  const auto res = s.jwks.get();
  ASSERT_FALSE(res);
  EXPECT_EQ(res.error().code, "answer_unreadable");
  EXPECT_EQ(asked.find("Accept-Encoding"), std::string::npos) << asked;
}

TEST(HostileAnswers, ACompressedTransferIsCutOffWhereAPlainOneIs) {
  // libcurl undoes this one without being asked: 1 MB here, 160 MB there.
  const auto bomb = gzip_bomb(1'000'000);
  expect_kinds(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + bomb), unavailable,
               in_doubt, "answer_too_large");
}

TEST(HostileAnswers, AFloodOfKeysTakesBoundedTime) {
  const auto flood = [](const std::string& item, std::size_t times) {
    auto keys = repeat(item + ",", times);
    keys.pop_back();
    return always(answer(R"({"keys":[)" + keys + "]}"));
  };
  std::string wide = "{";
  for (int i = 0; i < 1'000; ++i) wide += "\"" + std::to_string(i) + "\":0,";
  wide.back() = '}';
  for (const auto& behaviour :
       {flood(R"({"kid":"k","n":")" + std::string(2'000, 'A') + "\"}", 3'900), flood(wide, 900),
        flood("{}", 2'000'000), flood("[", 4'000'000)}) {
    const HostileServer server(behaviour);
    auto s = client_of(server.url());
    const auto begin = std::clock();  // of this process, whatever others do on the machine
    static_cast<void>(s.jwks.get());
    EXPECT_LT(std::clock() - begin, 6 * CLOCKS_PER_SEC);
  }
}

TEST(HostileAnswers, AServerThatEchoesTheRequestLearnsNothingForTheLog) {
  expect_kinds(
      [](const Peer& peer) {
        const auto request = peer.read_request();
        static_cast<void>(peer.write(answer(request, "400 Bad Request")));
      },
      invalid_request, invalid_request);
}

}  // namespace
}  // namespace clerk_backend_api::hostile
