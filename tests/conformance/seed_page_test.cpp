// The page ActorTokens of Clerk's Python client (github.com/clerk/clerk-sdk-python,
// docs/sdks/actortokens), row by row, through this library against a running tenensd: every
// parameter, every field of the response, every status that its tables list.
#include <gtest/gtest.h>
#include <clerk_backend_api/clerk.hpp>

#include <chrono>
#include <optional>

#include "conformance/running_tenensd.hpp"
#include "conformance/socket_transport.hpp"

namespace clerk_backend_api {
namespace {

using tenens::test::kSecretKey;
using tenens::test::RunningTenensd;
using tenens::test::SocketTransport;

constexpr RetryConfig kOnce{.strategy = RetryStrategy::none};
constexpr RetryConfig kPatient{.backoff = {.initial_interval = std::chrono::milliseconds(1)},
                               .retry_connection_errors = true};

std::int64_t now_in_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// `eis`, the life in seconds, as the ticket's claims say it; they are base64url of JSON.
std::string claims_of(const Secret& ticket) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::string text(ticket.expose());
  const auto first = text.find('.');
  std::string json;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text.substr(first + 1, text.find('.', first + 1) - first - 1)) {
    bits = bits << 6 | static_cast<unsigned>(kAlphabet.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      json += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return json;
}

std::int64_t life_in_seconds(const ActorToken& token) {
  const auto claims = parse_json(claims_of(*token.token));
  return claims->if_object()->find("eis")->if_integer().value();
}

/// What `call` throws, and nothing else.
template <class Exception>
Error thrown_by(const auto& call) {
  try {
    call();
  } catch (const Exception& exception) {
    return exception.error();
  } catch (const ClerkBaseError& other) {
    ADD_FAILURE() << "another type of exception: " << other.what();
    return other.error();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

class SeedPage : public ::testing::Test {
 protected:
  void start(std::vector<std::string> flags = {}) {
    tenensd.emplace(std::move(flags));
    s.emplace(ClientOptions{.bearer_auth = kSecretKey, .server_url = tenensd->server_url()});
    user_id = s->users.create({.first_name = "Ada"}).value().id;
  }

  void SetUp() override { start(); }

  CreateActorTokenRequestBody request() const {
    return {.user_id = user_id, .actor = {{"sub", "user_2OEpKhcCN1Lat9NQ0G6puh7q5Rb"}}};
  }

  /// A client whose requests are spoiled on the way.
  Clerk spoiled_by(SocketTransport::Spoil spoil) {
    transport = std::make_shared<SocketTransport>(tenensd->port(), std::move(spoil));
    return Clerk{
        {.bearer_auth = kSecretKey, .server_url = tenensd->server_url(), .transport = transport}};
  }

  Error refused_create(const CreateActorTokenRequestBody& body) {
    return thrown_by<ClerkErrors>([&] { s->actor_tokens.create_actor_token(body).value(); });
  }

  std::optional<RunningTenensd> tenensd;
  std::optional<Clerk> s;
  std::string user_id;
  std::shared_ptr<SocketTransport> transport;
};

class SeedPageCreate : public SeedPage {};
class SeedPageRevoke : public SeedPage {};

// ── create_actor_token: Example Usage and Parameters ─────────────────────────────────────────────

TEST_F(SeedPageCreate, TheExampleOfThePageRuns) {
  auto res = s->actor_tokens.create_actor_token({
      .user_id = user_id,
      .actor = {{"sub", "user_2OEpKhcCN1Lat9NQ0G6puh7q5Rb"}},
      .expires_in_seconds = 3600,
      .session_max_duration_in_seconds = 1800,
  });
  ASSERT_TRUE(res) << res.error().message;
  EXPECT_EQ(res->status, ActorTokenStatus::pending);
}

TEST_F(SeedPageCreate, TheEmptyActorOfThePageIsRefusedForItsMissingSub) {
  // The page's own example has `"actor": {}`, against its own words three lines above.
  const auto error = refused_create({.user_id = user_id, .actor = {}});
  EXPECT_EQ(error.code, "form_param_missing");
  EXPECT_EQ(error.errors.at(0).long_message, "actor.sub must be included.");
}

TEST_F(SeedPageCreate, TheRequestsUserIsTheOneImpersonated) {
  EXPECT_EQ(s->actor_tokens.create_actor_token(request()).value().user_id, user_id);
}

TEST_F(SeedPageCreate, TheRequestsActorIsKeptWholeAndInOrder) {
  auto body = request();
  body.actor = {{"sub", "user_admin"},
                {"iss", "https://admin.example.com"},
                {"Level", 3},
                {"of", Array{1.5, nullptr, true, Object{{"deep", "er"}}}}};
  EXPECT_EQ(to_json(s->actor_tokens.create_actor_token(body).value().actor), to_json(body.actor));
}

TEST_F(SeedPageCreate, TheRequestsExpiryIsTheTokensLife) {
  auto body = request();
  body.expires_in_seconds = 90;
  EXPECT_EQ(life_in_seconds(s->actor_tokens.create_actor_token(body).value()), 90);
}

TEST_F(SeedPageCreate, WithoutAnExpiryTheTokenLivesForAnHour) {
  EXPECT_EQ(life_in_seconds(s->actor_tokens.create_actor_token(request()).value()), 3600);
}

TEST_F(SeedPageCreate, TheRequestsSessionDurationIsTakenUpToItsMaximum) {
  auto body = request();
  for (const std::int64_t seconds : {1, 1800, 24 * 3600}) {
    body.session_max_duration_in_seconds = seconds;
    EXPECT_TRUE(s->actor_tokens.create_actor_token(body)) << seconds;
  }
}

TEST_F(SeedPageCreate, RetriesOverrideTheDefaultForOneCall) {
  auto clerk = spoiled_by([](HttpRequest&) {});
  transport->refuse_next(2);
  EXPECT_FALSE(clerk.actor_tokens.create_actor_token(request(), {.retries = kOnce}));
  EXPECT_EQ(transport->requests(), 1);

  transport->refuse_next(2);
  EXPECT_TRUE(clerk.actor_tokens.create_actor_token(request(), {.retries = kPatient}));
  EXPECT_EQ(transport->requests(), 1 + 3);
}

// ── create_actor_token: Response ─────────────────────────────────────────────────────────────────

TEST_F(SeedPageCreate, TheResponseHasEveryFieldOfActorToken) {
  const auto before = now_in_milliseconds();
  const auto token = s->actor_tokens.create_actor_token(request()).value();
  EXPECT_TRUE(token.id.starts_with("act_")) << token.id;
  EXPECT_EQ(token.status, ActorTokenStatus::pending);
  EXPECT_EQ(token.user_id, user_id);
  EXPECT_EQ(token.actor, (Object{{"sub", "user_2OEpKhcCN1Lat9NQ0G6puh7q5Rb"}}));
  ASSERT_TRUE(token.token && token.url);
  EXPECT_TRUE(token.url->expose().ends_with("/v1/tickets/accept?ticket=" +
                                            std::string(token.token->expose())));
  EXPECT_GE(token.created_at, before);
  EXPECT_LE(token.created_at, now_in_milliseconds());
  EXPECT_EQ(token.updated_at, token.created_at);
}

// ── create_actor_token: Errors ───────────────────────────────────────────────────────────────────

TEST_F(SeedPageCreate, Status400IsClerkErrors) {
  auto clerk = spoiled_by([](HttpRequest& sent) { sent.body = "{\"user_id\": "; });
  const auto error =
      thrown_by<ClerkErrors>([&] { clerk.actor_tokens.create_actor_token(request()).value(); });
  EXPECT_EQ(error.http_status, 400);
  EXPECT_EQ(error.code, "request_body_invalid");
  EXPECT_EQ(error.kind, ErrorKind::invalid_request);
}

TEST_F(SeedPageCreate, Status402IsClerkErrors) {
  tenensd.reset();
  start({"--impersonation", "off"});
  const auto error = refused_create(request());
  EXPECT_EQ(error.http_status, 402);
  EXPECT_EQ(error.code, "unsupported_subscription_plan_features");
  EXPECT_EQ(error.kind, ErrorKind::payment_required);
}

TEST_F(SeedPageCreate, Status422IsClerkErrorsForEveryFaultOfARequest) {
  struct Fault {
    const char* param;
    const char* code;
    std::function<void(CreateActorTokenRequestBody&)> make;
  };
  const std::vector<Fault> faults{
      {"user_id", "form_param_missing", [](auto& body) { body.user_id = ""; }},
      {"actor.sub", "form_param_missing",
       [](auto& body) {
         body.actor = {{"iss", "x"}};
       }},
      {"actor.sub", "form_param_type_invalid",
       [](auto& body) {
         body.actor = {{"sub", 7}};
       }},
      {"actor", "form_param_value_invalid",
       [](auto& body) {
         body.actor = {{"sub", "a"}, {"x", std::string(5000, 'x')}};
       }},
      {"expires_in_seconds", "form_param_value_invalid",
       [](auto& body) { body.expires_in_seconds = 0; }},
      {"expires_in_seconds", "form_param_value_invalid",
       [](auto& body) { body.expires_in_seconds = 30 * 24 * 3600 + 1; }},
      {"session_max_duration_in_seconds", "form_param_value_invalid",
       [](auto& body) { body.session_max_duration_in_seconds = -1; }},
      {"session_max_duration_in_seconds", "form_param_value_invalid",
       [](auto& body) { body.session_max_duration_in_seconds = 24 * 3600 + 1; }},
  };
  for (const auto& fault : faults) {
    SCOPED_TRACE(std::string(fault.param) + " " + fault.code);
    auto body = request();
    fault.make(body);
    const auto error = refused_create(body);
    EXPECT_EQ(error.http_status, 422);
    EXPECT_EQ(error.code, fault.code);
    EXPECT_EQ(error.kind, ErrorKind::invalid_request);
    ASSERT_FALSE(error.errors.empty());
    EXPECT_FALSE(error.errors[0].long_message.empty());
    const auto* param = error.errors[0].meta.find("param_name");
    ASSERT_NE(param, nullptr);
    EXPECT_EQ(*param, Value(fault.param));
    EXPECT_FALSE(error.trace_id.empty());
  }
}

TEST_F(SeedPageCreate, Status422IsClerkErrorsForAFieldThatThePageDoesNotKnow) {
  auto clerk = spoiled_by([](HttpRequest& sent) {
    sent.body.back() = ',';
    sent.body += "\"more\":1}";
  });
  const auto error =
      thrown_by<ClerkErrors>([&] { clerk.actor_tokens.create_actor_token(request()).value(); });
  EXPECT_EQ(error.http_status, 422);
  EXPECT_EQ(error.code, "form_param_unknown");
}

TEST_F(SeedPageCreate, Status422IsClerkErrorsWhenTheMonthIsUsedUp) {
  tenensd.reset();
  start({"--monthly-limit", "1"});
  EXPECT_TRUE(s->actor_tokens.create_actor_token(request()));
  EXPECT_EQ(refused_create(request()).http_status, 422);
}

TEST_F(SeedPageCreate, AnyOther4xxIsSdkError) {
  auto unknown_user = request();
  unknown_user.user_id = "user_1a2b3c";
  const auto not_found =
      thrown_by<SDKError>([&] { s->actor_tokens.create_actor_token(unknown_user).value(); });
  EXPECT_EQ(not_found.http_status, 404);
  EXPECT_EQ(not_found.code, "resource_not_found");
  EXPECT_EQ(not_found.kind, ErrorKind::not_found);

  Clerk stranger{{.bearer_auth = "sk_test_wrong", .server_url = tenensd->server_url()}};
  const auto unauthenticated =
      thrown_by<SDKError>([&] { stranger.actor_tokens.create_actor_token(request()).value(); });
  EXPECT_EQ(unauthenticated.http_status, 401);
  EXPECT_EQ(unauthenticated.code, "clerk_key_invalid");
  EXPECT_EQ(unauthenticated.kind, ErrorKind::unauthenticated);
}

TEST_F(SeedPageCreate, NoAnswerIsSdkError) {
  tenensd.reset();
  const auto error = thrown_by<SDKError>(
      [&] { s->actor_tokens.create_actor_token(request(), {.retries = kOnce}).value(); });
  EXPECT_EQ(error.http_status, 0);
  EXPECT_EQ(error.kind, ErrorKind::unavailable);  // nothing was sent, so nothing is in doubt
}

// ── revoke_actor_token ───────────────────────────────────────────────────────────────────────────

TEST_F(SeedPageRevoke, TheExampleOfThePageRuns) {
  const auto id = s->actor_tokens.create_actor_token(request()).value().id;
  auto res = s->actor_tokens.revoke_actor_token(id);
  ASSERT_TRUE(res) << res.error().message;
  EXPECT_EQ(res->status, ActorTokenStatus::revoked);
}

TEST_F(SeedPageRevoke, TheResponseHasEveryFieldOfActorTokenButTheTicket) {
  const auto created = s->actor_tokens.create_actor_token(request()).value();
  const auto revoked = s->actor_tokens.revoke_actor_token(created.id).value();
  EXPECT_EQ(revoked.id, created.id);
  EXPECT_EQ(revoked.status, ActorTokenStatus::revoked);
  EXPECT_EQ(revoked.user_id, created.user_id);
  EXPECT_EQ(revoked.actor, created.actor);
  EXPECT_EQ(revoked.created_at, created.created_at);
  EXPECT_GE(revoked.updated_at, created.updated_at);
  EXPECT_FALSE(revoked.token);
  EXPECT_FALSE(revoked.url);
}

TEST_F(SeedPageRevoke, RetriesOverrideTheDefaultForOneCall) {
  const auto id = s->actor_tokens.create_actor_token(request()).value().id;
  auto clerk = spoiled_by([](HttpRequest&) {});
  transport->refuse_next(1);
  EXPECT_FALSE(clerk.actor_tokens.revoke_actor_token(id, {.retries = kOnce}));
  transport->refuse_next(1);
  EXPECT_TRUE(clerk.actor_tokens.revoke_actor_token(id, {.retries = kPatient}));
  EXPECT_EQ(transport->requests(), 1 + 2);
}

TEST_F(SeedPageRevoke, Status400IsClerkErrors) {
  const auto id = s->actor_tokens.create_actor_token(request()).value().id;
  ASSERT_TRUE(s->actor_tokens.revoke_actor_token(id));
  const auto error =
      thrown_by<ClerkErrors>([&] { s->actor_tokens.revoke_actor_token(id).value(); });
  EXPECT_EQ(error.http_status, 400);
  EXPECT_EQ(error.code, "actor_token_cannot_be_revoked_code");
  EXPECT_EQ(error.errors.at(0).long_message,
            "Actor token cannot be revoked because its status is revoked. "
            "Only pending tokens can be revoked.");
}

TEST_F(SeedPageRevoke, Status404IsClerkErrors) {
  const auto error = thrown_by<ClerkErrors>(
      [&] { s->actor_tokens.revoke_actor_token("act_tok_abcdefghijk").value(); });
  EXPECT_EQ(error.http_status, 404);
  EXPECT_EQ(error.code, "resource_not_found");
  EXPECT_EQ(error.kind, ErrorKind::not_found);
}

TEST_F(SeedPageRevoke, AnyOther4xxIsSdkError) {
  Clerk stranger{{.bearer_auth = "sk_test_wrong", .server_url = tenensd->server_url()}};
  const auto error =
      thrown_by<SDKError>([&] { stranger.actor_tokens.revoke_actor_token("act_1").value(); });
  EXPECT_EQ(error.http_status, 401);
  EXPECT_EQ(error.code, "clerk_key_invalid");
}

}  // namespace
}  // namespace clerk_backend_api
