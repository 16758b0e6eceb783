#include "wire/actor_tokens.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tenens::wire {
namespace {

/// `code:param:detail` of each fault, in order; empty if there is none.
std::string faults_of(std::string_view body) {
  const auto request = parse_create_actor_token(body);
  if (request) return "";
  std::string text;
  for (const auto& failure : request.error()) {
    static const std::map<Code, std::string> kNames{{Code::body_not_json, "not_json"},
                                                    {Code::param_missing, "missing"},
                                                    {Code::param_wrong_type, "wrong_type"},
                                                    {Code::param_unknown, "unknown"},
                                                    {Code::param_invalid, "invalid"}};
    if (!text.empty()) text += " | ";
    text += kNames.at(failure.code) + ":" + failure.param + ":" + failure.detail;
  }
  return text;
}

std::string with_actor(std::string_view actor) {
  return R"({"user_id":"user_1","actor":)" + std::string(actor) + "}";
}

TEST(WireActorTokens, TheBodyOfThePageIsRead) {
  const auto request = parse_create_actor_token(
      R"({"user_id":"user_1a2b3c","actor":{"z":1,"sub":"user_2","a":[1.0]},)"
      R"("expires_in_seconds":3600,"session_max_duration_in_seconds":1800,"reason":"ticket 7"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->user_id, "user_1a2b3c");
  EXPECT_EQ(request->actor_sub, "user_2");
  EXPECT_EQ(request->actor_json, R"({"z":1,"sub":"user_2","a":[1.0]})");
  EXPECT_EQ(request->expires_in_seconds, 3600);
  EXPECT_EQ(request->session_max_duration_in_seconds, 1800);
  EXPECT_EQ(request->reason, "ticket 7");
}

TEST(WireActorTokens, ABodyRoundTrips) {
  const CreateActorTokenRequestBody request{.user_id = "u",
                                            .actor = {{"sub", "a"}, {"iss", "cli"}}};
  const auto text = to_json(request);
  EXPECT_EQ(text, R"({"user_id":"u","actor":{"sub":"a","iss":"cli"}})");
  const auto again = parse_create_actor_token(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->actor_json, clerk_backend_api::to_json(request.actor));
  EXPECT_FALSE(again->expires_in_seconds);
}

TEST(WireActorTokens, NothingAndNullMeanNoParameters) {
  for (const auto* body : {"", " \r\n", "null", "{}"}) {
    EXPECT_EQ(faults_of(body), "missing:user_id: | missing:actor:") << body;
  }
}

TEST(WireActorTokens, WhatIsNotAnObjectIsNotABody) {
  for (const auto* body : {"[]", "\"x\"", "{", "{\"a\":1,\"a\":2}", "1"}) {
    EXPECT_EQ(faults_of(body), "not_json::") << body;
  }
}

TEST(WireActorTokens, EveryFaultIsReportedInTheOrderOfTheFields) {
  EXPECT_EQ(faults_of(R"({"x":1,"session_max_duration_in_seconds":"1","expires_in_seconds":1.0,)"
                      R"("reason":7,"actor":{"sub":1},"user_id":2,"y":null})"),
            "wrong_type:user_id:string | wrong_type:actor.sub:string | "
            "wrong_type:expires_in_seconds:integer | "
            "wrong_type:session_max_duration_in_seconds:integer | wrong_type:reason:string | "
            "unknown:x: | unknown:y:");
}

struct Refusal {
  std::string actor;
  std::string faults;
};

TEST(WireActorTokens, AnActorMustSayWhoActsAndNothingThatLooksLikeALimit) {
  const std::vector<Refusal> table{
      {"{}", "missing:actor.sub:"},
      {R"({"sub":""})", "missing:actor.sub:"},
      {R"({"sub":null})", "missing:actor.sub:"},
      {R"({"sub":{}})", "wrong_type:actor.sub:string"},
      {"7", "wrong_type:actor:object"},
      {"null", "missing:actor:"},
      {R"({"sub":"a","exp":1})", "invalid:actor.exp:has no meaning in an actor"},
      {R"({"sub":"a","nbf":1})", "invalid:actor.nbf:has no meaning in an actor"},
      {R"({"sub":"a","aud":"x"})", "invalid:actor.aud:has no meaning in an actor"},
      {R"({"sub":"a","act":7})", "wrong_type:actor.act:object"},
      {R"({"sub":"a","act":null})", "wrong_type:actor.act:object"},
      {R"({"sub":"a","act":{}})", "missing:actor.act.sub:"},
      {R"({"sub":"a","act":{"sub":"b","act":{"sub":3}}})", "wrong_type:actor.act.act.sub:string"},
      {R"({"sub":"a","act":{"sub":"b","aud":1}})",
       "invalid:actor.act.aud:has no meaning in an actor"},
      {R"({"sub":"a","__proto__":{}})", "invalid:actor.__proto__:must have another name"},
      {R"({"sub":"a","x":[{"y":{"constructor":1}}]})",
       "invalid:actor.x.y.constructor:must have another name"},
      {R"({"sub":"a","act":{"sub":"b","prototype":1}})",
       "invalid:actor.act.prototype:must have another name"},
  };
  for (const auto& [actor, faults] : table)
    EXPECT_EQ(faults_of(with_actor(actor)), faults) << actor;
}

TEST(WireActorTokens, WhoActsHasNoWhiteSpaceAround) {
  for (const auto* sub :
       {" ", "   ", " a", "a ", "a\\n", "\\ta", "\u00A0a", "a\u3000", "\u200B", "a\u2060"}) {
    const auto act = R"({"sub":")" + std::string(sub) + R"("})";
    EXPECT_EQ(faults_of(with_actor(act)),
              "invalid:actor.sub:must not begin or end with white space")
        << act;
    EXPECT_EQ(faults_of(with_actor(R"({"sub":"a","act":)" + act + "}")),
              "invalid:actor.act.sub:must not begin or end with white space")
        << act;
  }
  for (const auto* sub : {"a", "a b", "é", "日本 語", "🙂"}) {
    EXPECT_EQ(faults_of(with_actor(R"({"sub":")" + std::string(sub) + R"("})")), "") << sub;
  }
}

TEST(WireActorTokens, AnActorMayNameIssuersAndOtherActorsAndHaveTheSameNamesElsewhere) {
  EXPECT_EQ(faults_of(with_actor(R"({"sub":"cli:a@b","iss":"clerk-cli","sid":"s","x":{"exp":1},)"
                                 R"("act":{"sub":"b","act":{"sub":"c"}}})")),
            "");
}

TEST(WireActorTokens, AnActorIsAtMostEightLevelsDeep) {
  const auto nested = [](int levels) {
    std::string text = "1";
    for (int i = 1; i < levels; ++i) text = R"({"d":)" + text + "}";
    return R"({"sub":"a","d":)" + text + "}";
  };
  EXPECT_EQ(faults_of(with_actor(nested(8))), "");
  EXPECT_EQ(faults_of(with_actor(nested(9))), "invalid:actor:must be at most 8 levels deep");
  EXPECT_EQ(faults_of(with_actor(nested(40))), "not_json::");
}

TEST(WireActorTokens, AnActorIsAtMostFourKibibytesOfJson) {
  const auto sized = [](std::size_t bytes) {
    const std::string start = R"({"sub":"a","x":")";
    return start + std::string(bytes - start.size() - 2, 'x') + "\"}";
  };
  EXPECT_EQ(faults_of(with_actor(sized(4096))), "");
  EXPECT_EQ(faults_of(with_actor(sized(4097))), "invalid:actor:must be at most 4096 bytes of JSON");
}

TEST(WireActorTokens, DurationsAreWholeNumbersOf64Bits) {
  const auto body = [](const std::string& number) {
    return R"({"user_id":"u","actor":{"sub":"a"},"expires_in_seconds":)" + number + "}";
  };
  for (const auto* good : {"1", "0", "-5", "9223372036854775807", "null"}) {
    EXPECT_EQ(faults_of(body(good)), "") << good;
  }
  for (const auto* bad : {"1.0", "\"3600\"", "9223372036854775808", "1e3", "true"}) {
    EXPECT_EQ(faults_of(body(bad)), "wrong_type:expires_in_seconds:integer") << bad;
  }
}

TEST(WireActorTokens, ATokenHasClerksShapeAndOursOnlyWhereSet) {
  ActorToken token{.id = "act_1",
                   .status = ActorTokenStatus::pending,
                   .user_id = "user_1",
                   .actor = {{"sub", "a"}},
                   .created_at = 1,
                   .updated_at = 2};
  EXPECT_EQ(to_json(token),
            R"({"object":"actor_token","id":"act_1","status":"pending","user_id":"user_1",)"
            R"("actor":{"sub":"a"},"created_at":1,"updated_at":2})");
  token.token = "ticket";
  token.url = "http://x/?ticket=t";
  token.expires_at = 3;
  token.session_id = "sess_1";
  token.reason = "why";
  const auto text = to_json(token);
  EXPECT_NE(text.find(R"("token":"ticket","url":"http://x/?ticket=t","created_at":1)"),
            std::string::npos);

  const auto again = parse_actor_token(*clerk_backend_api::parse_json(text));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), text);
}

TEST(WireActorTokens, AClientToleratesNewFieldsAndNewWordsButNoMissingOnes) {
  const auto read = [](std::string_view text) {
    return parse_actor_token(*clerk_backend_api::parse_json(text));
  };
  const auto token = read(R"({"id":"a","status":"frozen","user_id":"u","actor":{},"new":[1],)"
                          R"("created_at":1,"updated_at":2,"token":null})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->status.text(), "frozen");
  EXPECT_FALSE(token->token);
  EXPECT_FALSE(read(R"({"id":"a","status":"pending","user_id":"u","actor":{},"created_at":1})"));
  EXPECT_FALSE(read(R"({"id":7,"status":"pending","user_id":"u","actor":{},"created_at":1,)"
                    R"("updated_at":2})"));
  EXPECT_FALSE(read("[]"));
}

}  // namespace
}  // namespace tenens::wire
