// The client as its users see it, over a network that does what the test says.
#include "clerk_backend_api/clerk.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "unit/sdk/fake_transport.hpp"

namespace clerk_backend_api {
namespace {

using testing::FakeTransport;
using testing::header_of;
using namespace std::chrono_literals;

constexpr const char* kToken =
    R"({"object":"actor_token","id":"act_1","status":"pending","user_id":"user_1",)"
    R"("actor":{"sub":"a"},"token":"secret-ticket","url":"https://x/?ticket=secret-ticket",)"
    R"("created_at":1,"updated_at":1})";
constexpr const char* kRefused =
    R"({"errors":[{"message":"m","long_message":"A sentence.","code":"some_code","meta":{}}]})";

const TransportFailure kLost{
    .cause = TransportCause::connection_lost, .sent = true, .message = "reply lost"};
const TransportFailure kNotConnected{
    .cause = TransportCause::connection_failed, .sent = false, .message = "refused"};
// Real waits, but short ones: the step function has its own test.
const RetryConfig kQuick{.backoff = {.initial_interval = 1ms, .max_interval = 1ms},
                         .retry_connection_errors = true};
const RetryConfig kNoRetries{.strategy = RetryStrategy::none};
const CreateActorTokenRequestBody kRequest{.user_id = "user_1", .actor = {{"sub", "a"}}};

class SdkClerk : public ::testing::Test {
 protected:
  Clerk client(std::optional<RetryConfig> retries = kNoRetries, bool honoured = false) {
    return Clerk({.bearer_auth = "sk_test_k",
                  .server_url = "http://127.0.0.1:4400/v1/",
                  .retries = std::move(retries),
                  .server_honours_idempotency_key = honoured,
                  .transport = transport_});
  }
  const HttpRequest& request(std::size_t index = 0) { return transport_->requests.at(index); }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
};

TEST_F(SdkClerk, ThePagesExampleSendsWhatThePageDescribes) {
  transport_->then(200, kToken);
  auto s = client();
  auto res = s.actor_tokens.create_actor_token({
      .user_id = "user_1a2b3c",
      .actor = {{"sub", "user_2OEpKhcCN1Lat9NQ0G6puh7q5Rb"}},
      .expires_in_seconds = 3600,
      .session_max_duration_in_seconds = 1800,
  });
  ASSERT_TRUE(res);
  EXPECT_EQ(res->status, ActorTokenStatus::pending);
  EXPECT_EQ(res->url->expose(), "https://x/?ticket=secret-ticket");

  EXPECT_EQ(request().method, "POST");
  EXPECT_EQ(request().url, "http://127.0.0.1:4400/v1/actor_tokens");
  EXPECT_EQ(request().body,
            R"({"user_id":"user_1a2b3c","actor":{"sub":"user_2OEpKhcCN1Lat9NQ0G6puh7q5Rb"},)"
            R"("expires_in_seconds":3600,"session_max_duration_in_seconds":1800})");
  EXPECT_EQ(request().bearer_auth, Secret("sk_test_k"));
  EXPECT_EQ(header_of(request(), "User-Agent"),
            "clerk_backend_api-cpp/" + std::string(kLibraryVersion));
  EXPECT_EQ(header_of(request(), "Clerk-API-Version"), "2025-11-10");
  EXPECT_EQ(header_of(request(), "Content-Type"), "application/json");
  EXPECT_NE(header_of(request(), "Idempotency-Key"), "(none)");
  EXPECT_EQ(header_of(request(), "Authorization"), "(none)");
}

TEST_F(SdkClerk, TheDefaultServerIsClerks) {
  transport_->then(200, R"({"keys":[]})");
  Clerk s{{.bearer_auth = "sk_test_k", .transport = transport_}};
  EXPECT_TRUE(s.jwks.get());
  EXPECT_EQ(request().url, "https://api.clerk.com/v1/jwks");
}

TEST_F(SdkClerk, EveryOperationGoesWhereTheApiSaysItIs) {
  const auto s = client();
  static_cast<void>(s.actor_tokens.revoke_actor_token("act_1"));
  static_cast<void>(
      s.actor_tokens.list({.user_id = "u/1", .status = ActorTokenStatus::pending, .limit = 5}));
  static_cast<void>(s.actor_tokens.get("act_1"));
  static_cast<void>(s.actor_tokens.end("act_1"));
  static_cast<void>(s.sign_in_tokens.create_sign_in_token({.user_id = "user_1"}));
  static_cast<void>(s.sign_in_tokens.revoke_sign_in_token("sit_1"));
  static_cast<void>(s.users.create({.first_name = "Ada"}));
  static_cast<void>(s.users.list({.email_address = {"a+b@c", "d@e"}, .order_by = "-created_at"}));
  static_cast<void>(s.users.count({.query = "x y"}));
  static_cast<void>(s.users.get("user_1"));
  static_cast<void>(s.users.update("user_1", {.first_name = nullptr}));
  static_cast<void>(s.users.delete_user("user_1"));
  static_cast<void>(s.users.ban("user_1"));
  static_cast<void>(s.users.unban("user_1"));
  static_cast<void>(s.sessions.list({.actor_sub = "a", .offset = 3}));
  static_cast<void>(s.sessions.create({.user_id = "user_1"}));
  static_cast<void>(s.sessions.get("sess_1"));
  static_cast<void>(s.sessions.revoke("sess_1"));
  static_cast<void>(s.sessions.create_token("sess_1", {.expires_in_seconds = 60}));
  static_cast<void>(
      s.audit_events.list({.session_id = "sess_1", .action = AuditAction::session_ended}));
  static_cast<void>(s.testing_tokens.create());
  std::string log;
  for (const auto& sent : transport_->requests) {
    log += sent.method + ' ' + sent.url.substr(24) + ' ' + sent.body + '\n';
  }
  EXPECT_EQ(log,
            "POST /actor_tokens/act_1/revoke \n"
            "GET /actor_tokens?paginated=true&user_id=u%2F1&status=pending&limit=5 \n"
            "GET /actor_tokens/act_1 \n"
            "POST /actor_tokens/act_1/end \n"
            "POST /sign_in_tokens {\"user_id\":\"user_1\"}\n"
            "POST /sign_in_tokens/sit_1/revoke \n"
            "POST /users {\"first_name\":\"Ada\"}\n"
            "GET /users?email_address=a%2Bb%40c&email_address=d%40e&order_by=-created_at \n"
            "GET /users/count?query=x%20y \n"
            "GET /users/user_1 \n"
            "PATCH /users/user_1 {\"first_name\":null}\n"
            "DELETE /users/user_1 \n"
            "POST /users/user_1/ban \n"
            "POST /users/user_1/unban \n"
            "GET /sessions?paginated=true&actor_sub=a&offset=3 \n"
            "POST /sessions {\"user_id\":\"user_1\"}\n"
            "GET /sessions/sess_1 \n"
            "POST /sessions/sess_1/revoke \n"
            "POST /sessions/sess_1/tokens {\"expires_in_seconds\":60}\n"
            "GET /audit_events?paginated=true&session_id=sess_1&action=session.ended \n"
            "POST /testing_tokens \n");
}

TEST_F(SdkClerk, ALostReplyToACreateIsInDoubtAndNotRepeated) {
  transport_->then(kLost).then(200, kToken);
  auto s = client(std::nullopt);
  const auto res = s.actor_tokens.create_actor_token(kRequest);
  ASSERT_FALSE(res);
  EXPECT_EQ(res.error().kind, ErrorKind::in_doubt);
  EXPECT_EQ(res.error().code, "connection_lost");
  EXPECT_EQ(transport_->requests.size(), 1U);
  EXPECT_FALSE(request().may_be_sent_twice);
}

TEST_F(SdkClerk, ACreateThatWasNeverSentIsRepeated) {
  transport_->then(kNotConnected).then(200, kToken);
  EXPECT_TRUE(client(std::nullopt).actor_tokens.create_actor_token(kRequest));
  EXPECT_EQ(transport_->requests.size(), 2U);
}

TEST_F(SdkClerk, ARepeatedCreateCarriesTheSameKey) {
  transport_->then(kLost).then(503, "").then(200, kToken);
  EXPECT_TRUE(client(kQuick).actor_tokens.create_actor_token(kRequest));
  ASSERT_EQ(transport_->requests.size(), 3U);
  const auto key = header_of(request(0), "Idempotency-Key");
  EXPECT_EQ(header_of(request(1), "Idempotency-Key"), key);
  EXPECT_EQ(header_of(request(2), "Idempotency-Key"), key);
}

TEST_F(SdkClerk, EachCreateHasAKeyOfItsOwnAndLaterOnesSortLater) {
  transport_->then(200, kToken).then(200, kToken).then(200, kToken);
  auto s = client();
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(s.actor_tokens.create_actor_token(kRequest));
  EXPECT_LT(header_of(request(0), "Idempotency-Key"), header_of(request(1), "Idempotency-Key"));
  EXPECT_TRUE(s.actor_tokens.create_actor_token(kRequest, {.idempotency_key = "mine"}));
  EXPECT_EQ(header_of(request(2), "Idempotency-Key"), "mine");
}

TEST_F(SdkClerk, EveryCreateCarriesAKeyAndNothingElseDoes) {
  auto s = client();
  static_cast<void>(s.users.create({.first_name = "Ada"}));
  static_cast<void>(s.sign_in_tokens.create_sign_in_token({.user_id = "user_1"}));
  static_cast<void>(s.sessions.create({.user_id = "user_1"}));
  static_cast<void>(s.actor_tokens.revoke_actor_token("act_1"));
  for (const auto create : {0U, 1U, 2U}) {
    EXPECT_NE(header_of(request(create), "Idempotency-Key"), "(none)") << create;
  }
  EXPECT_EQ(header_of(request(3), "Idempotency-Key"), "(none)");
}

TEST_F(SdkClerk, AKeyThatNoServerHonoursDoesNotMakeACreateSafe) {
  transport_->then(kLost).then(kLost);
  auto s = client(std::nullopt, true);
  EXPECT_EQ(s.users.create({.first_name = "Ada"}).error().kind, ErrorKind::in_doubt);
  EXPECT_EQ(s.sign_in_tokens.create_sign_in_token({.user_id = "u"}).error().kind,
            ErrorKind::in_doubt);
  EXPECT_EQ(transport_->requests.size(), 2U);
}

TEST_F(SdkClerk, WhereTheKeyIsHonouredALostCreateIsRepeatedWithoutAsking) {
  transport_->then(kLost).then(200, kToken);
  EXPECT_TRUE(client(std::nullopt, true).actor_tokens.create_actor_token(kRequest));
  EXPECT_EQ(transport_->requests.size(), 2U);
}

TEST_F(SdkClerk, ARefusalAfterALostReplyLeavesTheCreateInDoubt) {
  transport_->then(kLost).then(422, kRefused);
  const auto res = client(kQuick).actor_tokens.create_actor_token(kRequest);
  EXPECT_EQ(res.error().kind, ErrorKind::in_doubt);
  EXPECT_EQ(res.error().http_status, 422);
  EXPECT_THROW(res.value(), SDKError);  // not what the page says of a 422
}

TEST_F(SdkClerk, ARefusalAfterALostReplySaysThatItMayBeOfWhatWasDone) {
  const auto proxy = HttpResponse{.status = 504, .body = "<html>"};
  for (const FakeTransport::Reply& earlier :
       {FakeTransport::Reply(kLost), FakeTransport::Reply(proxy)}) {
    transport_->then(earlier).then(400, kRefused);
    const auto res = client(kQuick).actor_tokens.revoke_actor_token("act_1");
    EXPECT_TRUE(res.error().earlier_attempt_in_doubt);
    EXPECT_EQ(res.error().kind, ErrorKind::invalid_request);
    EXPECT_EQ(
        res.error().message,
        "A sentence. An earlier attempt of this call got no clear answer and may have done it");
    EXPECT_THROW(res.value(), ClerkErrors);
  }
  transport_->then(HttpResponse{.status = 404, .body = kRefused, .sent_twice = true});
  EXPECT_TRUE(client().users.delete_user("user_1").error().earlier_attempt_in_doubt);
  transport_->then(HttpResponse{.status = 422, .body = kRefused, .sent_twice = true});
  EXPECT_EQ(client().actor_tokens.create_actor_token(kRequest).error().kind, ErrorKind::in_doubt);
}

TEST_F(SdkClerk, ARefusalAloneOrOfAReadOrAfterWhatWasNotDoneSaysNothingOfTheKind) {
  const auto busy = R"({"errors":[{"message":"m","code":"service_unavailable"}]})";
  transport_->then(400, kRefused).then(kLost).then(404, kRefused);
  transport_->then(kNotConnected).then(503, busy).then(429, kRefused).then(400, kRefused);
  auto s = client(kQuick);
  EXPECT_FALSE(s.actor_tokens.revoke_actor_token("act_1").error().earlier_attempt_in_doubt);
  EXPECT_FALSE(s.users.get("user_1").error().earlier_attempt_in_doubt);
  EXPECT_FALSE(s.actor_tokens.revoke_actor_token("act_1").error().earlier_attempt_in_doubt);
  EXPECT_EQ(transport_->requests.size(), 7U);
}

TEST_F(SdkClerk, ACreatedTokenThatCannotBeReadIsInDoubtAndItsTicketIsNotQuoted) {
  transport_->then(200, R"({"token":"secret-ticket"})");
  const auto res = client().actor_tokens.create_actor_token(kRequest);
  EXPECT_EQ(res.error().kind, ErrorKind::in_doubt);
  EXPECT_EQ(res.error().body_excerpt + res.error().message,
            "the server answered with status 200 and a body that is not what the API describes");
}

TEST_F(SdkClerk, AReadIsRepeatedUntilItIsAnswered) {
  transport_->then(kLost).then(503, "").then(429, kRefused).then(200, kToken);
  EXPECT_TRUE(client(kQuick).actor_tokens.get("act_1"));
  EXPECT_EQ(transport_->requests.size(), 4U);
  EXPECT_TRUE(request().may_be_sent_twice);
}

TEST_F(SdkClerk, AnInternalErrorIsNotRepeated) {
  transport_->then(500, kRefused);
  EXPECT_EQ(client(kQuick).actor_tokens.get("act_1").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(transport_->requests.size(), 1U);
}

TEST_F(SdkClerk, AStopTokenEndsTheWaitBetweenAttempts) {
  transport_->then(HttpResponse{.status = 503, .headers = {{"Retry-After", "9"}}});
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto res = client(std::nullopt).users.get("user_1", {.stop_token = stop.get_token()});
  EXPECT_EQ(res.error().kind, ErrorKind::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(SdkClerk, ACallThatIsCancelledBeforeItBeginsIsNotSent) {
  std::stop_source stop;
  stop.request_stop();
  const auto res =
      client().actor_tokens.create_actor_token(kRequest, {.stop_token = stop.get_token()});
  EXPECT_EQ(res.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(transport_->requests.empty());
}

TEST_F(SdkClerk, WhatIsWrongAlreadyHereIsNotSent) {
  auto s = client();
  EXPECT_EQ(s.users.get("").error().kind, ErrorKind::invalid_request);
  EXPECT_EQ(s.users.get("..").error().kind, ErrorKind::invalid_request);
  EXPECT_EQ(s.users.get("u", {.server_url = "ftp://x/v1"}).error().kind,
            ErrorKind::invalid_request);
  EXPECT_EQ(s.users.get("u", {.server_url = "http:///v1"}).error().kind,
            ErrorKind::invalid_request);
  EXPECT_EQ(s.users.get("u", {.headers = {{"X", "a\r\nY: b"}}}).error().kind,
            ErrorKind::invalid_request);
  EXPECT_EQ(s.users.get("u", {.headers = {{"authorization", "x"}}}).error().kind,
            ErrorKind::invalid_request);
  for (const auto* key : {"a b", ""}) {
    EXPECT_EQ(s.actor_tokens.create_actor_token(kRequest, {.idempotency_key = key}).error().kind,
              ErrorKind::invalid_request);
  }
  Clerk keyless{{.transport = transport_}};
  EXPECT_EQ(keyless.users.get("u").error().kind, ErrorKind::unauthenticated);
  Clerk unset{
      {.bearer_auth = std::getenv("CLERK_A_KEY_THAT_NOBODY_SETS"), .transport = transport_}};
  EXPECT_EQ(unset.users.get("u").error().kind, ErrorKind::unauthenticated);
  Clerk odd{{.bearer_auth = "sk\r\nX: y", .transport = transport_}};
  EXPECT_EQ(odd.users.get("u").error().kind, ErrorKind::unauthenticated);
  EXPECT_TRUE(transport_->requests.empty());
}

TEST_F(SdkClerk, AnIdCannotLeaveItsPlaceInThePath) {
  static_cast<void>(client().users.get("a/../b?c#d é"));
  EXPECT_EQ(request().url, "http://127.0.0.1:4400/v1/users/a%2F..%2Fb%3Fc%23d%20%C3%A9");
}

TEST_F(SdkClerk, OptionsOfTheCallBeatThoseOfTheClient) {
  static_cast<void>(client().users.get("u", {.server_url = "https://other/v1",
                                             .timeout = 5ms,
                                             .headers = {{"user-agent", "mine"}, {"X-A", "b"}}}));
  EXPECT_EQ(request().url, "https://other/v1/users/u");
  EXPECT_EQ(request().timeout, 5ms);
  EXPECT_EQ(header_of(request(), "user-agent"), "mine");
  EXPECT_EQ(header_of(request(), "User-Agent"), "(none)");
  EXPECT_EQ(header_of(request(), "X-A"), "b");
}

TEST_F(SdkClerk, ValueThrowsClerkErrorsForTheStatusesOfThePage) {
  transport_->then(422, kRefused).then(404, kRefused).then(404, kRefused).then(400, "<html>");
  auto s = client();
  try {
    s.actor_tokens.create_actor_token(kRequest).value();
    FAIL();
  } catch (const ClerkErrors& error) {
    EXPECT_EQ(error.errors().at(0).code, "some_code");
    EXPECT_STREQ(error.what(), "A sentence.");
  }
  EXPECT_THROW(s.actor_tokens.create_actor_token(kRequest).value(), SDKError);
  EXPECT_THROW(s.actor_tokens.revoke_actor_token("act_1").value(), ClerkErrors);
  EXPECT_THROW(s.actor_tokens.revoke_actor_token("act_1").value(), SDKError);
  EXPECT_THROW(s.users.get("u").value(), ClerkBaseError);
}

TEST_F(SdkClerk, ValueGivesTheValueAndTheWrongSideIsABug) {
  transport_->then(200, kToken).then(404, kRefused);
  auto s = client();
  EXPECT_EQ(s.actor_tokens.get("act_1").value().id, "act_1");
  const auto res = s.actor_tokens.get("act_1");
  EXPECT_THROW(static_cast<void>(*res), std::bad_variant_access);
}

TEST_F(SdkClerk, AServerThatEchoesTheKeyDoesNotGetItIntoTheError) {
  transport_->then(400, "you sent: Authorization: Bearer sk_test_k")
      .then(400, std::string(505, ' ') + "sk_test_k")
      .then(422, R"({"errors":[{"code":"c","message":"m","long_message":"Bad sk_test_k.",)"
                 R"("meta":{"header":"Bearer sk_test_k"}}],"clerk_trace_id":"sk_test_k"})");
  EXPECT_EQ(client().users.get("u").error().body_excerpt,
            "you sent: Authorization: Bearer (secret key)");
  EXPECT_TRUE(client().users.get("u").error().body_excerpt.ends_with(" (secret"));
  const auto error = client().users.get("u").error();
  EXPECT_EQ(error.message, "Bad (secret key).");
  EXPECT_EQ(*error.errors.at(0).meta.find("header"), Value("Bearer (secret key)"));
  EXPECT_EQ(error.trace_id, "(secret key)");
  transport_->then(HttpResponse{.status = 400, .headers = {{"cf-ray", "for sk_test_k"}}});
  EXPECT_EQ(client().users.get("u").error().trace_id, "for (secret key)");
}

TEST_F(SdkClerk, WhatSomebodyMayStoreCanBeListed) {
  std::string deep = "1";
  for (int level = 0; level < 32; ++level) deep = R"({"a":)" + deep + "}";  // a body's deepest
  transport_->then(
      200, R"([{"id":"user_1","created_at":1,"updated_at":1,"unsafe_metadata":)" + deep + "}]");
  const auto users = client().users.list();
  ASSERT_TRUE(users) << users.error().message;
  EXPECT_EQ(to_json(users->front().unsafe_metadata), deep);
}

TEST_F(SdkClerk, ListsAreReadInBothForms) {
  const std::string page = R"({"data":[)" + std::string(kToken) + R"(],"total_count":9})";
  transport_->then(200, page).then(200, "[" + std::string(kToken) + "]").then(200, "[]");
  auto s = client();
  EXPECT_EQ(s.actor_tokens.list()->total_count, 9);
  EXPECT_EQ(s.actor_tokens.list()->data.size(), 1U);
  EXPECT_TRUE(s.users.list()->empty());
}

}  // namespace
}  // namespace clerk_backend_api
