#include "http/request_head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tenens::http {
namespace {

std::string head(const std::string& lines) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

TEST(StrictHead, AcceptsWhatClientsSend) {
  EXPECT_TRUE(is_strict_head(head("")));
  EXPECT_TRUE(is_strict_head(head("Content-Length: 2\r\nAccept: */*\r\n")));
  EXPECT_TRUE(is_strict_head(head("Transfer-Encoding: Chunked\r\n")));
  EXPECT_TRUE(is_strict_head("GET / HTTP/1.0\r\n\r\n"));
}

TEST(StrictHead, RefusesTwoReadingsOfOneBody) {
  for (const auto* lines :
       {"Content-Length: 2\r\nContent-Length: 2\r\n", "Content-Length: 2\r\ncontent-length: 3\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding:\r\n", "Content-Length: 2, 2\r\n",
        "Content-Length: +2\r\n"}) {
    EXPECT_FALSE(is_strict_head(head(lines))) << lines;
  }
  EXPECT_FALSE(is_strict_head("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST(StrictHead, RefusesLinesThatOthersMayReadDifferently) {
  for (const std::string lines :
       {"A: b\n", "A: b\rC: d\r\n", "A: b\r\n folded\r\n", "A: b\r\n\tfolded\r\n", "A : b\r\n",
        "no colon\r\n", ": no name\r\n", "\tA: b\r\n"}) {
    EXPECT_FALSE(is_strict_head(head(lines))) << lines;
  }
  EXPECT_FALSE(is_strict_head(head(std::string("A: b\0c\r\n", 8))));
}

TEST(StrictHead, WantsOneHostAndAKnownVersion) {
  EXPECT_FALSE(is_strict_head("GET / HTTP/1.1\r\n\r\n"));
  EXPECT_FALSE(is_strict_head(head("Host: b\r\n")));
  for (const auto* line : {"GET / HTTP/2.0", "GET / HTTP/1.2", "GET / http/1.1", "GET /", "GET",
                           "GET / x HTTP/1.1", "GET  / HTTP/1.1", "\r\nGET / HTTP/1.1"}) {
    EXPECT_FALSE(is_strict_head(std::string(line) + "\r\nHost: a\r\n\r\n")) << line;
  }
}

TEST(StrictHead, WantsAHostThatIsOne) {
  const auto with = [](const std::string& host) {
    return is_strict_head("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  for (const auto* host : {"a", "a.b-c_d:80", "127.0.0.1:65535", "[::1]", "[::1]:4400", ""}) {
    EXPECT_TRUE(with(host)) << host;
  }
  for (const auto* host : {"a b", "a/b", "u@a", "a:", "a:x", "a:65536", "[::1", "[]", "[::1]x",
                           ":80", "\xc3\xa4", "a,b", "http://a"}) {
    EXPECT_FALSE(with(host)) << host;
  }
}

TEST(StrictHead, WantsTheHostOfAWholeUrl) {
  const auto with = [](const std::string& target) {
    return is_strict_head("GET " + target + " HTTP/1.1\r\nHost: a:80\r\n\r\n");
  };
  EXPECT_TRUE(with("http://a:80/b"));
  EXPECT_TRUE(with("HTTP://A:80"));
  for (const auto* target : {"http://a/b", "http://b:80/", "http:///b", "http://u@a:80/"}) {
    EXPECT_FALSE(with(target)) << target;
  }
}

TEST(StrictHead, WantsATargetOfPrintableAscii) {
  for (const auto* target : {"/\x01", "/\x7f", "/\xc3\xa4", "/?a=\xff", "/\t"}) {
    EXPECT_FALSE(is_strict_head("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
  }
}

TEST(StrictHead, EndsWithTheEmptyLine) {
  EXPECT_FALSE(is_strict_head("GET / HTTP/1.1\r\nHost: a\r\n"));
  EXPECT_FALSE(is_strict_head(head("") + "more"));
}

}  // namespace
}  // namespace tenens::http
