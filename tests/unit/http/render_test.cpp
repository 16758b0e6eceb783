#include "http/render.hpp"

#include <gtest/gtest.h>

namespace tenens::http {
namespace {

std::string rendered(const Reply& reply, Rendering how = {}) {
  TextBuilder out;
  out.append("left from the last one");
  const auto behind = render(reply, how, out);
  return std::string(out.view()) + std::string(behind);
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(Render, WritesHeadAndBody) {
  const auto text = rendered({.status = 404, .content_type = "application/json", .body = "{}"});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 404 Not Found\r\nDate: "));
  EXPECT_TRUE(has(text, "GMT\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"));
  EXPECT_TRUE(text.ends_with("Connection: keep-alive\r\n\r\n{}"));
  EXPECT_FALSE(has(text, "Server:"));
}

TEST(Render, LeavesWhatLivesForEverToBeSentFromWhereItIs) {
  const Reply reply{.constant = "four"};
  TextBuilder out;
  EXPECT_EQ(render(reply, {}, out).data(), reply.constant.data());
  EXPECT_TRUE(has(out.view(), "Content-Length: 4\r\n"));
  EXPECT_TRUE(out.view().ends_with("\r\n\r\n"));
  EXPECT_EQ(render(reply, {.head_only = true}, out), "");
  EXPECT_TRUE(has(out.view(), "Content-Length: 4\r\n"));
}

TEST(Render, HasRoomForWhateverIsLong) {
  Reply reply{.content_type = "application/json", .body = std::string(70'000, 'b')};
  std::string headers;
  for (int i = 0; i < 40; ++i) {
    reply.headers.add("Set-Cookie", std::string(500, 'c'));
    headers += "Set-Cookie: " + std::string(500, 'c') + "\r\n";
  }
  const auto text = rendered(reply);
  EXPECT_TRUE(has(text, "Content-Length: 70000\r\n" + headers + "Connection: "));
  EXPECT_TRUE(text.ends_with("\r\n\r\n" + reply.body));
}

TEST(Render, AnswersHeadWithTheLengthButNotTheBody) {
  const auto text = rendered({.body = "four"}, {.head_only = true, .keep_alive = false});
  EXPECT_TRUE(has(text, "Content-Length: 4\r\n"));
  EXPECT_TRUE(text.ends_with("Connection: close\r\n\r\n"));
}

TEST(Render, AnnouncesNoBodyWhereThereMayBeNone) {
  EXPECT_FALSE(has(rendered({.status = 204}), "Content-Length"));
}

TEST(Render, NeverSplitsAReply) {
  Reply reply;
  reply.headers.add("Location", "/a\r\nSet-Cookie: x=y");
  reply.headers.add("X-Nul", std::string("a\0b", 3));
  reply.headers.add("X-Good", "yes");
  const auto text = rendered(reply);
  EXPECT_FALSE(has(text, "Set-Cookie"));
  EXPECT_FALSE(has(text, "X-Nul"));
  EXPECT_TRUE(has(text, "X-Good: yes\r\n"));
}

}  // namespace
}  // namespace tenens::http
