#include "base/log.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "support/fakes.hpp"

namespace tenens {
namespace {

/// What `act` writes to stderr.
std::string said(const std::function<void()>& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesALineOfFields) {
  const FakeClock clock;
  const Log log(LogLevel::info, clock);
  const auto at = std::to_string(to_unix_ms(clock.now()));
  EXPECT_EQ(said([&] {
              log.write(LogLevel::warning, "request",
                        {{Field::path, "/v1/users"}, {Field::status, std::int64_t{-200}}});
            }),
            R"({"at":)" + at +
                R"(,"level":"warning","event":"request","path":"/v1/users","status":-200})" + "\n");
  EXPECT_EQ(said([&] { log.write(LogLevel::debug, "unwanted", {}); }), "");
}

TEST(Log, WhateverAFieldHoldsIsOneLineOfAscii) {
  const FakeClock clock;
  const Log log(LogLevel::info, clock);
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  std::string escaped;
  for (int c = 0; c < 256; ++c) {
    std::array<char, 8> text{};
    const bool as_it_is = c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
    std::snprintf(text.data(), text.size(), as_it_is ? "%c" : "\\u%04x", c);
    escaped += c == '"' || c == '\\' ? std::string{'\\', static_cast<char>(c)} : text.data();
  }
  // Each as long as can be, and more of them than a line usually has.
  const auto line = said([&] {
    log.write(LogLevel::error, all,
              {{Field::detail, all}, {Field::id, all}, {Field::address, std::string(9000, '\n')}});
  });
  const auto quoted = "\"" + escaped + "\"";
  const auto start = line.find(R"("event":)");
  ASSERT_NE(start, std::string::npos);
  std::string newlines;
  for (int i = 0; i < 9000; ++i) newlines += "\\u000a";
  EXPECT_EQ(line.substr(start), R"("event":)" + quoted + R"(,"detail":)" + quoted + R"(,"id":)" +
                                    quoted + R"(,"address":")" + newlines + "\"}\n");
}

TEST(Log, LinesOfATurnGoOutTogether) {
  static std::function<void()> later;
  later = {};
  const FakeClock clock;
  const Log log(LogLevel::info, clock,
                [](void (*tell)(void*), void* whom) { later = [tell, whom] { tell(whom); }; });
  EXPECT_EQ(said([&] {
              log.write(LogLevel::info, "one", {});
              log.write(LogLevel::info, "two", {});
            }),
            "");
  const auto lines = said(later);
  EXPECT_LT(lines.find("one"), lines.find("two"));
  EXPECT_TRUE(lines.ends_with("\"two\"}\n"));
  EXPECT_EQ(said(later), "");
}

}  // namespace
}  // namespace tenens
