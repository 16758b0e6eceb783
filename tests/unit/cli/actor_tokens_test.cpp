// impersonate, revoke, end
#include "unit/cli/program_fixture.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::TransportCause;
using clerk_backend_api::TransportFailure;
using CliActorTokens = CliProgram;

TEST_F(CliActorTokens, ImpersonateResolvesAnAddressAndPrintsTheLink) {
  network_->then(200, "[" + std::string(kUser) + "]").then(200, kToken);
  const auto outcome = run({"impersonate", "ada@example.com", "--as", "staff_7", "--expires-in",
                            "10m", "--session", "1h30m", "--reason", "ticket 7"});
  EXPECT_EQ(outcome.code, kOk) << outcome.err;
  EXPECT_EQ(outcome.out, "https://x/?ticket=T\n");
  EXPECT_EQ(network_->requests.at(0).url,
            "http://127.0.0.1:4400/v1/users?email_address=ada%40example.com");
  EXPECT_EQ(body(1), R"({"user_id":"user_1","actor":{"sub":"staff_7"},"expires_in_seconds":600,)"
                     R"("session_max_duration_in_seconds":5400,"reason":"ticket 7"})");
}

TEST_F(CliActorTokens, TheActorMayBeGivenWhole) {
  network_->then(200, kToken);
  EXPECT_EQ(run({"impersonate", "u", "--actor-json", R"({"sub":"a","team":"x"})"}).code, kOk);
  EXPECT_NE(body(0).find(R"("actor":{"sub":"a","team":"x"})"), std::string::npos);
  EXPECT_EQ(run({"impersonate", "u", "--as", "b", "--actor-json", R"({"sub":"a"})"}).code, kUsage);
  EXPECT_EQ(run({"impersonate", "u", "--actor-json", "[]"}).code, kUsage);
  EXPECT_EQ(run({"impersonate", "u"}).code, kUsage);
  EXPECT_EQ(run({"impersonate", "u", "--as", "a", "--session", "soon"}).code, kUsage);
  EXPECT_EQ(network_->requests.size(), 1U);
}

TEST_F(CliActorTokens, AUserWhoActsByAddressActsAsThatUser) {
  network_->then(200, "[" + std::string(kUser) + "]").then(200, kToken);
  const auto known = run(
      {"impersonate", "user_2", "--as", "grace@example.com", "--actor-json", R"({"team":"x"})"});
  EXPECT_TRUE(known.err.ends_with("\nnote: grace@example.com is user_1\n")) << known.err;
  EXPECT_EQ(body(1), R"({"user_id":"user_2","actor":{"team":"x","sub":"user_1"}})");

  network_->then(200, kToken);
  const auto literal = run({"impersonate", "user_2", "--as", "grace@example.com", "--actor-json",
                            R"({"sub":"grace@example.com"})"});
  EXPECT_EQ(literal.err.find("note:"), std::string::npos) << literal.err;
  EXPECT_EQ(body(2), R"({"user_id":"user_2","actor":{"sub":"grace@example.com"}})");
  EXPECT_EQ(network_->requests.size(), 3U);
}

TEST_F(CliActorTokens, AnActorWhoLooksLikeAUserAndIsNoneIsSaidToBeNobody) {
  const std::string nobody = ": the audit will name it as written, and no ban reaches it\n";
  network_->then(200, "[]").then(200, kToken);
  const auto address = run({"impersonate", "user_2", "--as", "bot@example.com"});
  EXPECT_EQ(address.code, kOk);
  EXPECT_TRUE(address.err.ends_with("\nnote: no user has the address bot@example.com" + nobody))
      << address.err;
  EXPECT_EQ(body(1), R"({"user_id":"user_2","actor":{"sub":"bot@example.com"}})");

  network_->then(200, kToken).then(404, kRefusal);
  const auto id = run({"impersonate", "user_2", "--as", "user_3"});
  EXPECT_TRUE(id.err.ends_with("\nnote: no user has the id user_3" + nobody)) << id.err;
  EXPECT_EQ(body(2), R"({"user_id":"user_2","actor":{"sub":"user_3"}})");

  network_->then(200, kToken).then(200, kUser).then(200, kToken);
  for (const auto* as : {"user_1", "staff_7"}) {
    const auto known = run({"impersonate", "user_2", "--as", as});
    EXPECT_EQ(known.err.find("note:"), std::string::npos) << known.err;
  }
  EXPECT_EQ(network_->requests.size(), 7U);
}

TEST_F(CliActorTokens, WhoActsIsSaidOnlyOnceTheServerTookIt) {
  network_->then(404, kRefusal).then(200, "[]").then(404, kRefusal);
  for (const auto* as : {"user_3", "bot@example.com"}) {
    const auto refused = run({"impersonate", "user_2", "--as", as});
    EXPECT_EQ(refused.code, kRefused);
    EXPECT_EQ(refused.err, "tenens: error: no user was found (resource_not_found)\n");
  }
  EXPECT_EQ(network_->requests.size(), 3U);
}

TEST_F(CliActorTokens, ALinkThatWasMadeIsPrintedWhateverIsThenKnownOfTheActor) {
  network_->then(200, kToken).then(401, kRefusal);
  const auto outcome = run({"impersonate", "user_2", "--as", "user_1"});
  EXPECT_EQ(outcome.code, kOk);
  EXPECT_EQ(outcome.out, "https://x/?ticket=T\n");
  EXPECT_EQ(outcome.err, "hint: it signs in whoever opens it first; tenens end act_1 ends it\n");
}

TEST_F(CliActorTokens, AnActorWithWhiteSpaceAroundItIsAMistake) {
  for (const std::string as : {" grace@example.com", "staff_7 ", "user_1\n", "\t"}) {
    const auto outcome = run({"impersonate", "user_2", "--as", as});
    EXPECT_EQ(outcome.code, kUsage) << as;
    EXPECT_EQ(outcome.err,
              "tenens: error: --as: '" + printable(as) + "' begins or ends with white space\n");
  }
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliActorTokens, ADurationThatIsTooLongIsCalledSo) {
  const auto outcome = run({"impersonate", "u", "--as", "a", "--expires-in", "5000000d"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_EQ(outcome.err,
            "tenens: error: --expires-in: '5000000d' is too long\n"
            "hint: a hundred years are the most\n");
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliActorTokens, AReasonThatIsTooLongIsCalledSo) {
  network_->then(200, kToken);
  const auto impersonate = [this](std::size_t bytes) {
    return run({"impersonate", "user_1", "--as", "a", "--reason", std::string(bytes, 'x')});
  };
  EXPECT_EQ(impersonate(1'024).code, kOk);
  const auto outcome = impersonate(1'025);
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_EQ(outcome.err, "tenens: error: --reason: longer than 1,024 bytes\n");
  EXPECT_EQ(network_->requests.size(), 1U);
  EXPECT_NE(run({"impersonate", "--help"}).out.find("1,024 bytes"), std::string::npos);
}

TEST_F(CliActorTokens, AnAddressThatNobodyHasIsRefused) {
  network_->then(200, "[]");
  const auto outcome = run({"impersonate", "x@y", "--as", "a"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.err, "tenens: error: no user has the email address x@y\n");
}

TEST_F(CliActorTokens, ALostCreateSaysThatItIsInDoubt) {
  const TransportFailure lost{
      .cause = TransportCause::timed_out, .sent = true, .message = "Timeout was reached"};
  // Past the SDK's own retries, which this server's honoured key allows.
  network_->then(lost).then(401, kRefusal);
  const auto outcome = run({"impersonate", "user_1", "--as", "a"});
  EXPECT_EQ(outcome.code, kInDoubt);
  EXPECT_NE(outcome.err.find("hint: it may have been done"), std::string::npos) << outcome.err;
}

TEST_F(CliActorTokens, EndSaysWhatItEnded) {
  constexpr const char* kOpened =
      R"({"id":"act_1","status":"accepted","user_id":"user_1","actor":{"sub":"a"},)"
      R"("created_at":1,"updated_at":1,"session_id":"sess_1"})";
  constexpr const char* kRevoked =
      R"({"id":"act_1","status":"revoked","user_id":"user_1","actor":{"sub":"a"},)"
      R"("created_at":1,"updated_at":1})";
  network_->then(200, kOpened).then(200, kOpened).then(200, kRevoked).then(200, kRevoked);
  EXPECT_EQ(run({"end", "act_1"}).out, "act_1 accepted, session sess_1 ended\n");
  EXPECT_NE(run({"end", "act_1", "--json"}).out.find(R"("status":"accepted")"), std::string::npos);
  EXPECT_EQ(run({"end", "act_1"}).out, "act_1 revoked\n");
  EXPECT_EQ(run({"revoke", "act_1"}).out, "act_1 revoked\n");
}

TEST_F(CliActorTokens, ASessionIsNoActorToken) {
  for (const auto* command : {"end", "revoke"}) {
    const auto outcome = run({command, "sess_1"});
    EXPECT_EQ(outcome.code, kUsage);
    EXPECT_EQ(outcome.err,
              "tenens: error: sess_1 is a session, not an actor token\n"
              "hint: tenens sessions revoke sess_1\n");
  }
  EXPECT_TRUE(network_->requests.empty());
  EXPECT_NE(run({"--help"}).out.find("\n  tenens sessions revoke sess_"), std::string::npos);
}

TEST_F(CliActorTokens, WhatAnAnswerDoesNotSayIsNotSaidToBeNull) {
  network_->then(200, kToken);
  const auto outcome = run({"impersonate", "user_1", "--as", "a", "--json"});
  EXPECT_EQ(outcome.out.find("null"), std::string::npos) << outcome.out;
}

}  // namespace
}  // namespace tenens::cli
