#include "http/failure_reply.hpp"

#include <gtest/gtest.h>

namespace tenens::http {
namespace {

using clerk_backend_api::parse_json;

std::string meta(const Description& description) {
  return clerk_backend_api::to_json(description.item.meta);
}

TEST(FailureReply, HasAStatusAndTextsForEveryCode) {
  // `internal` is the last of the list.
  for (int i = 0; i <= static_cast<int>(Code::internal); ++i) {
    const auto code = static_cast<Code>(i);
    for (const auto audience :
         {Audience::backend, Audience::frontend, Audience::page, Audience::open}) {
      const auto description = describe({code, "param", "1/2"}, audience);
      const auto word = std::string(code_word(code));
      EXPECT_FALSE(description.item.message.empty()) << word;
      EXPECT_FALSE(description.item.long_message.empty()) << word;
      EXPECT_EQ(description.item.message.find('{'), std::string::npos) << word;
      EXPECT_EQ(description.item.long_message.find('{'), std::string::npos) << word;
      // Only what is meant to be internal falls through to it.
      EXPECT_EQ(description.status == 500, code == Code::internal) << word;
    }
  }
}

TEST(FailureReply, IsClerksErrorBody) {
  const auto reply = to_reply({{Code::param_missing, "user_id", {}},
                               {Code::param_unknown, "x", {}},
                               {Code::param_wrong_type, "actor", "object"}},
                              Audience::backend, "trace1");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(
      reply.body,
      R"({"errors":[{"message":"is missing","long_message":"user_id must be included.",)"
      R"("code":"form_param_missing","meta":{"param_name":"user_id"}},)"
      R"({"message":"is unknown","long_message":"x is not a valid parameter for this request.",)"
      R"("code":"form_param_unknown","meta":{"param_name":"x"}},)"
      R"({"message":"is invalid","long_message":"`actor` must be a `object`.",)"
      R"("code":"form_param_type_invalid","meta":{"param_name":"actor"}}],)"
      R"("clerk_trace_id":"trace1"})");
}

TEST(FailureReply, MakesASentenceOfTheDetail) {
  const auto text = [](std::string detail) {
    return describe({Code::param_invalid, "limit", std::move(detail)}, Audience::backend)
        .item.long_message;
  };
  EXPECT_EQ(text(""), "limit is invalid");
  EXPECT_EQ(text("must be between 1 and 500"), "limit must be between 1 and 500.");
  EXPECT_EQ(text("It must be at least 1."), "limit is invalid. It must be at least 1.");
}

TEST(FailureReply, TellsABackEndOfABannedUserAndABrowserOfABan) {
  const Failure failure{Code::user_banned, "user_1", {}};
  const auto backend = describe(failure, Audience::backend);
  EXPECT_EQ(backend.status, 422);
  EXPECT_EQ(meta(backend), R"({"param_name":"user_id"})");
  EXPECT_NE(backend.item.long_message.find("user_1"), std::string::npos);
  const auto frontend = describe(failure, Audience::frontend);
  EXPECT_EQ(frontend.status, 403);
  EXPECT_EQ(frontend.item.code, "user_banned");
  EXPECT_EQ(meta(frontend), "{}");
}

TEST(FailureReply, ADeadSessionIsNotFoundForABackEndAndSignedOutForABrowser) {
  const auto backend = describe({Code::signed_out, {}, {}}, Audience::backend);
  EXPECT_EQ(backend.status, 404);
  EXPECT_EQ(backend.item.code, "resource_not_found");
  const auto frontend = describe({Code::signed_out, {}, {}}, Audience::frontend);
  EXPECT_EQ(frontend.status, 401);
  EXPECT_EQ(frontend.item.code, "signed_out");
}

TEST(FailureReply, TellsTheQuotaInNumbers) {
  const auto description = describe({Code::impersonation_limit, {}, "5/7"}, Audience::backend);
  EXPECT_EQ(description.status, 422);
  EXPECT_EQ(meta(description), R"({"limit":7,"used":5})");
}

TEST(FailureReply, NamesTheFeatureThatIsOff) {
  const auto description = describe({Code::impersonation_disabled, {}, {}}, Audience::backend);
  EXPECT_EQ(description.status, 402);
  EXPECT_EQ(meta(description), R"({"unsupported_features":["impersonation"]})");
}

TEST(FailureReply, SaysWhenToComeBackAndWhatIsAllowed) {
  const auto header = [](Failure failure, std::string_view name) {
    const auto reply = to_reply({std::move(failure)}, Audience::backend, "t");
    const auto* value = reply.headers.find(name);
    return value == nullptr ? std::string() : *value;
  };
  EXPECT_EQ(header({Code::unavailable, {}, {}}, "retry-after"), "1");
  EXPECT_EQ(header({Code::outcome_unknown, {}, {}}, "retry-after"), "1");
  EXPECT_EQ(header({Code::method_not_allowed, {}, "GET, HEAD"}, "allow"), "GET, HEAD");
  EXPECT_EQ(header({Code::authentication_missing, {}, {}}, "www-authenticate"), "Bearer");
  EXPECT_EQ(header({Code::ticket_used, {}, {}}, "retry-after"), "");
}

TEST(FailureReply, EscapesWhatTheCallerSent) {
  const auto reply = to_reply({{Code::param_unknown, "\"\r\n<x>", {}}}, Audience::backend, "t");
  const auto body = parse_json(reply.body);
  ASSERT_TRUE(body) << reply.body;
}

}  // namespace
}  // namespace tenens::http
