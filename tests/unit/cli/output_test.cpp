#include "cli/output.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <sstream>

namespace tenens::cli {
namespace {

using clerk_backend_api::Error;
using clerk_backend_api::ErrorKind;

TEST(CliOutput, TextFromElsewhereCannotMoveTheCursor) {
  EXPECT_EQ(printable("Ada é 例"), "Ada é 例");
  EXPECT_EQ(printable("a\x1b[2Jb\r\n\t"), R"(a\x1b[2Jb\x0d\x0a\x09)");
  EXPECT_EQ(printable("\x7f\xC2\x9B"), R"(\x7f\u009b)");            // DEL, and C1's CSI
  EXPECT_EQ(printable("\xE2\x80\xAEtxt.exe"), R"(\u202etxt.exe)");  // right-to-left override
  EXPECT_EQ(printable("\x9b\xff\xE2\x28"), R"(\x9b\xff\xe2()");     // not UTF-8
  EXPECT_EQ(printable("\xC0\x9B\xED\xA0\x80"), R"(\xc0\x9b\xed\xa0\x80)");  // overlong; surrogate
}

TEST(CliOutput, ColumnsLineUpByCharacters) {
  Table table{"NAME", "ID"};
  table.add({"é", "1"});
  table.add({"longer\x1b", "2"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "NAME        ID\n"
            "é           1\n"
            "longer\\x1b  2\n");
}

TEST(CliOutput, ColumnsLineUpOnATerminal) {
  const std::string before = std::setlocale(LC_CTYPE, nullptr);
  ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr);
  Table table{"NAME", "ID"};
  table.add({"山田太郎", "1"});
  table.add({"e\u0301", "2"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "NAME      ID\n山田太郎  1\ne\u0301         2\n");
  std::setlocale(LC_CTYPE, before.c_str());
}

TEST(CliOutput, ARowThatIsWiderThanTheTerminalIsLinesOfItsOwn) {
  Table table{"ID", "REASON", "SESSION"};
  table.add({"act_1", "ticket 4711", "-"});
  table.add({"act_2", "-", "sess_1"});
  std::ostringstream wide;
  table.print(wide, 27);  // just so many
  EXPECT_TRUE(wide.str().starts_with("ID     REASON       SESSION\nact_1 ")) << wide.str();
  std::ostringstream narrow;
  table.print(narrow, 26);
  EXPECT_EQ(narrow.str(),
            "ID       act_1\n"
            "REASON   ticket 4711\n"
            "\n"
            "ID       act_2\n"
            "SESSION  sess_1\n");
}

TEST(CliOutput, ATableWithoutRowsIsItsHeading) {
  std::ostringstream out;
  Table({"ID", "REASON"}).print(out, 4);
  EXPECT_EQ(out.str(), "ID  REASON\n");
}

TEST(CliOutput, TimesAreUtc) {
  EXPECT_EQ(time_text(1'700'000'000'123), "2023-11-14 22:13:20Z");
}

TEST(CliOutput, ErrorsAreClausesWhateverTheServerWrites) {
  std::ostringstream err;
  print_error(err, "No user was found.");
  print_error(err, "URL not found");
  EXPECT_EQ(err.str(), "tenens: error: no user was found\ntenens: error: URL not found\n");
}

TEST(CliOutput, AllEntriesOfAnErrorAreShown) {
  Error error;
  error.http_status = 422;
  error.trace_id = "t\x1b";
  error.errors = {{.code = "a", .message = "x", .long_message = "First."},
                  {.code = "b", .message = "second"}};
  std::ostringstream err;
  print_error(err, error);
  EXPECT_TRUE(err.str().starts_with("tenens: error: first (a)\n")) << err.str();
  EXPECT_NE(err.str().find(
                "tenens: error: second (b)\nhint: the trace id in the server's log is t\\x1b\n"),
            std::string::npos);
}

TEST(CliOutput, WhatTheServerRefusesIsCalledAsItWasTyped) {
  const auto said = [](const char* param, const char* text) {
    Error error;
    error.kind = ErrorKind::invalid_request;
    error.http_status = 422;
    error.errors = {
        {.code = "c", .message = "m", .long_message = text, .meta = {{"param_name", param}}}};
    std::ostringstream err;
    print_error(err, error);
    return err.str().substr(err.str().find('\n') + 1);
  };
  const auto* const bounds = "x is invalid. It must be at least 1 and at most 5400.";
  EXPECT_EQ(said("session_max_duration_in_seconds", bounds), "hint: --session: 1s to 1h30m\n");
  EXPECT_EQ(said("expires_in_seconds", bounds), "hint: --expires-in: 1s to 1h30m\n");
  EXPECT_EQ(said("email_address", "It is wrong."), "hint: email_address is what --email gives\n");
  EXPECT_EQ(said("limit", bounds), "");
}

TEST(CliOutput, WhoAskedTooOftenHearsHowLongToWait) {
  Error error;
  error.kind = ErrorKind::rate_limited;
  error.message = "Too many requests, retry later";
  const auto hint = [&error] {
    std::ostringstream err;
    print_error(err, error);
    return err.str().substr(err.str().find('\n') + 1);
  };
  EXPECT_EQ(hint(), "hint: wait a moment, and try again\n");
  error.retry_after = std::chrono::milliseconds(8'200);
  EXPECT_EQ(hint(), "hint: wait 9s, and try again\n");
}

TEST(CliOutput, EachKindHasItsExitCode) {
  const auto code = [](ErrorKind kind, int status) {
    Error error;
    error.kind = kind;
    error.http_status = status;
    return exit_code_of(error);
  };
  EXPECT_EQ(code(ErrorKind::invalid_request, 422), kRefused);
  EXPECT_EQ(code(ErrorKind::unauthenticated, 401), kRefused);
  EXPECT_EQ(code(ErrorKind::not_found, 404), kRefused);
  EXPECT_EQ(code(ErrorKind::rate_limited, 429), kRefused);
  EXPECT_EQ(code(ErrorKind::invalid_request, 0), kUsage);
  EXPECT_EQ(code(ErrorKind::unavailable, 0), kUnreachable);
  EXPECT_EQ(code(ErrorKind::unavailable, 503), kUnreachable);
  EXPECT_EQ(code(ErrorKind::in_doubt, 0), kInDoubt);
}

}  // namespace
}  // namespace tenens::cli
