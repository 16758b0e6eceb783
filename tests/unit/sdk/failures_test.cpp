#include "sdk/failures.hpp"

#include <gtest/gtest.h>

namespace clerk_backend_api::detail {
namespace {

constexpr std::string_view kClerkBody =
    R"({"errors":[{"message":"is missing","long_message":"user_id must be included.",)"
    R"("code":"form_param_missing","meta":{"param_name":"user_id"}}],"clerk_trace_id":"t1"})";
const std::chrono::system_clock::time_point kNow{};

TEST(SdkFailures, EachStatusSaysWhatTheCallerCanDo) {
  struct Row {
    int status;
    ErrorKind harmless;
    ErrorKind doubles;
  };
  using enum ErrorKind;
  for (const auto& [status, harmless, doubles] : std::initializer_list<Row>{
           {301, invalid_request, invalid_request},
           {307, invalid_request, invalid_request},
           {400, invalid_request, invalid_request},
           {401, unauthenticated, unauthenticated},
           {402, payment_required, payment_required},
           {403, unauthenticated, unauthenticated},
           {404, not_found, not_found},
           {405, invalid_request, invalid_request},
           {408, unavailable, unavailable},
           {409, conflict, conflict},
           {410, invalid_request, invalid_request},
           {413, invalid_request, invalid_request},
           {415, invalid_request, invalid_request},
           {422, invalid_request, invalid_request},
           {425, unavailable, unavailable},
           {429, rate_limited, rate_limited},
           {500, unavailable, in_doubt},
           {501, unavailable, in_doubt},
           {502, unavailable, in_doubt},
           {503, unavailable, in_doubt},
           {504, unavailable, in_doubt},
           {599, unavailable, in_doubt},
       }) {
    EXPECT_EQ(kind_of(Repeat::harmless, status, ""), harmless) << status;
    EXPECT_EQ(kind_of(Repeat::doubles, status, ""), doubles) << status;
  }
}

TEST(SdkFailures, OnlyTheServersOwn503SaysThatACreateWasNotBegun) {
  const auto kind = [](std::string_view body) {
    return refused(kCreateActorToken, {.status = 503, .body = std::string(body)}, kNow).kind;
  };
  EXPECT_EQ(kind(kClerkBody), ErrorKind::unavailable);
  EXPECT_EQ(kind(""), ErrorKind::in_doubt);
  // Envoy had passed it on ("503 UC").
  EXPECT_EQ(kind("upstream connect error or disconnect/reset before headers"), ErrorKind::in_doubt);
}

TEST(SdkFailures, AServerThatDoesNotKnowTheOutcomeLeavesACreateInDoubt) {
  EXPECT_EQ(kind_of(Repeat::doubles, 503, "outcome_unknown"), ErrorKind::in_doubt);
  EXPECT_EQ(kind_of(Repeat::harmless, 503, "outcome_unknown"), ErrorKind::unavailable);
}

TEST(SdkFailures, ALostReplyToACreateIsInDoubt) {
  struct Row {
    TransportCause cause;
    bool sent;
    ErrorKind harmless;
    ErrorKind doubles;
  };
  using enum TransportCause;
  for (const auto& [cause, sent, harmless, doubles] : std::initializer_list<Row>{
           {connection_failed, false, ErrorKind::unavailable, ErrorKind::unavailable},
           {connection_lost, true, ErrorKind::unavailable, ErrorKind::in_doubt},
           {timed_out, false, ErrorKind::unavailable, ErrorKind::unavailable},
           {timed_out, true, ErrorKind::unavailable, ErrorKind::in_doubt},
           {cancelled, false, ErrorKind::cancelled, ErrorKind::cancelled},
           {cancelled, true, ErrorKind::cancelled, ErrorKind::in_doubt},
           {answer_too_large, true, ErrorKind::unavailable, ErrorKind::in_doubt},
       }) {
    const TransportFailure failure{.cause = cause, .sent = sent, .message = "m"};
    EXPECT_EQ(unanswered(kGetUser, failure).kind, harmless) << static_cast<int>(cause) << sent;
    EXPECT_EQ(unanswered(kCreateActorToken, failure).kind, doubles)
        << static_cast<int>(cause) << sent;
  }
}

TEST(SdkFailures, AClerkErrorBodyIsReadWhole) {
  const auto error = refused(
      kCreateActorToken,
      {.status = 422, .headers = {{"retry-AFTER", "3"}}, .body = std::string(kClerkBody)}, kNow);
  EXPECT_EQ(error.kind, ErrorKind::invalid_request);
  EXPECT_EQ(error.http_status, 422);
  EXPECT_EQ(error.code, "form_param_missing");
  EXPECT_EQ(error.message, "user_id must be included.");
  EXPECT_EQ(error.trace_id, "t1");
  EXPECT_EQ(error.retry_after, std::chrono::seconds(3));
  EXPECT_EQ(error.body_excerpt, "");
  EXPECT_TRUE(error.documented);
}

TEST(SdkFailures, WhereTheBodyHasNoTraceIdAHeaderMay) {
  const auto trace_id_of = [](std::vector<Header> headers, std::string_view body) {
    return refused(kGetUser,
                   {.status = 502, .headers = std::move(headers), .body = std::string(body)}, kNow)
        .trace_id;
  };
  const Header ray{"CF-RAY", "ray-1"};
  const Header trace{"x-clerk-trace-id", "trace-1"};
  EXPECT_EQ(trace_id_of({trace, ray}, kClerkBody), "t1");
  EXPECT_EQ(trace_id_of({trace, ray}, "<html>"), "ray-1");
  EXPECT_EQ(trace_id_of({trace}, "<html>"), "trace-1");
  EXPECT_EQ(trace_id_of({}, "<html>"), "");
}

TEST(SdkFailures, AProxysPageIsQuotedInPart) {
  const auto error =
      refused(kCreateActorToken, {.status = 400, .body = "<html>" + std::string(2000, 'x')}, kNow);
  EXPECT_EQ(error.body_excerpt.size(), 512U);
  EXPECT_FALSE(error.documented);
  EXPECT_EQ(error.message, "the server answered with status 400");
}

TEST(SdkFailures, ThePagesStatusesThrowClerkErrorsAndAllOthersSdkError) {
  const auto documented = [](const Operation& operation, int status) {
    return refused(operation, {.status = status, .body = std::string(kClerkBody)}, kNow).documented;
  };
  for (int status = 300; status < 600; ++status) {
    EXPECT_EQ(documented(kCreateActorToken, status),
              status == 400 || status == 402 || status == 422)
        << status;
    EXPECT_EQ(documented(kRevokeActorToken, status), status == 400 || status == 404) << status;
  }
}

TEST(SdkFailures, ASuccessThatCannotBeReadIsNeverQuoted) {
  EXPECT_EQ(unreadable(kCreateActorToken, 200).kind, ErrorKind::in_doubt);
  EXPECT_EQ(unreadable(kGetActorToken, 200).kind, ErrorKind::unavailable);
  EXPECT_EQ(unreadable(kCreateActorToken, 200).body_excerpt, "");
}

}  // namespace
}  // namespace clerk_backend_api::detail
