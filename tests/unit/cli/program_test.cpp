// Whole commands, from the command line to the exit code, over a network that the test plays.
#include <fstream>

#include "unit/cli/program_fixture.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::TransportCause;
using clerk_backend_api::TransportFailure;

constexpr const char* kToken =
    R"({"id":"act_1","status":"pending","user_id":"user_1","actor":{"sub":"staff_7"},)"
    R"("token":"T","url":"https://x/?ticket=T","created_at":1,"updated_at":1})";

TEST_F(CliProgram, ImpersonateResolvesAnAddressAndPrintsTheLink) {
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

TEST_F(CliProgram, JsonMayBeAskedForBeforeOrBehindTheCommand) {
  network_->then(200, kToken).then(200, kToken);
  const auto before = run({"--json", "impersonate", "user_1", "--as", "a"});
  const auto behind = run({"impersonate", "user_1", "--as", "a", "--json"});
  EXPECT_EQ(before.out, behind.out);
  EXPECT_TRUE(before.out.starts_with(R"({"id":"act_1","status":"pending")")) << before.out;
  EXPECT_NE(before.out.find(R"("url":"https://x/?ticket=T")"), std::string::npos);
}

TEST_F(CliProgram, TheActorMayBeGivenWhole) {
  network_->then(200, kToken);
  EXPECT_EQ(run({"impersonate", "u", "--actor-json", R"({"sub":"a","team":"x"})"}).code, kOk);
  EXPECT_NE(body(0).find(R"("actor":{"sub":"a","team":"x"})"), std::string::npos);
  EXPECT_EQ(run({"impersonate", "u", "--as", "b", "--actor-json", R"({"sub":"a"})"}).code, kUsage);
  EXPECT_EQ(run({"impersonate", "u", "--actor-json", "[]"}).code, kUsage);
  EXPECT_EQ(run({"impersonate", "u"}).code, kUsage);
  EXPECT_EQ(run({"impersonate", "u", "--as", "a", "--session", "soon"}).code, kUsage);
  EXPECT_EQ(network_->requests.size(), 1U);
}

TEST_F(CliProgram, AUserWhoActsByAddressActsAsThatUser) {
  network_->then(200, "[" + std::string(kUser) + "]").then(200, kToken);
  const auto known = run(
      {"impersonate", "user_2", "--as", "grace@example.com", "--actor-json", R"({"team":"x"})"});
  EXPECT_TRUE(known.err.starts_with("note: grace@example.com is user_1\n")) << known.err;
  EXPECT_EQ(body(1), R"({"user_id":"user_2","actor":{"team":"x","sub":"user_1"}})");

  network_->then(200, kToken);
  const auto literal = run({"impersonate", "user_2", "--as", "grace@example.com", "--actor-json",
                            R"({"sub":"grace@example.com"})"});
  EXPECT_EQ(literal.err.find("note:"), std::string::npos) << literal.err;
  EXPECT_EQ(body(2), R"({"user_id":"user_2","actor":{"sub":"grace@example.com"}})");
  EXPECT_EQ(network_->requests.size(), 3U);
}

TEST_F(CliProgram, AnActorWhoLooksLikeAUserAndIsNoneIsSaidToBeNobody) {
  const std::string nobody = ": the audit will name it as written, and no ban reaches it\n";
  network_->then(200, "[]").then(200, kToken);
  const auto address = run({"impersonate", "user_2", "--as", "bot@example.com"});
  EXPECT_EQ(address.code, kOk);
  EXPECT_TRUE(address.err.starts_with("note: no user has the address bot@example.com" + nobody))
      << address.err;
  EXPECT_EQ(body(1), R"({"user_id":"user_2","actor":{"sub":"bot@example.com"}})");

  network_->then(404, kRefusal).then(200, kToken);
  const auto id = run({"impersonate", "user_2", "--as", "user_3"});
  EXPECT_TRUE(id.err.starts_with("note: no user has the id user_3" + nobody)) << id.err;
  EXPECT_EQ(body(3), R"({"user_id":"user_2","actor":{"sub":"user_3"}})");

  network_->then(200, kUser).then(200, kToken).then(200, kToken).then(401, kRefusal);
  for (const auto* as : {"user_1", "staff_7"}) {
    const auto known = run({"impersonate", "user_2", "--as", as});
    EXPECT_EQ(known.err.find("note:"), std::string::npos) << known.err;
  }
  EXPECT_EQ(run({"impersonate", "user_2", "--as", "user_1"}).code, kRefused);
  EXPECT_EQ(network_->requests.size(), 8U);
}

TEST_F(CliProgram, AnActorWithWhiteSpaceAroundItIsAMistake) {
  for (const std::string as : {" grace@example.com", "staff_7 ", "user_1\n", "\t"}) {
    const auto outcome = run({"impersonate", "user_2", "--as", as});
    EXPECT_EQ(outcome.code, kUsage) << as;
    EXPECT_EQ(outcome.err,
              "tenens: error: --as: '" + printable(as) + "' begins or ends with white space\n");
  }
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, ADurationThatIsTooLongIsCalledSo) {
  const auto outcome = run({"impersonate", "u", "--as", "a", "--expires-in", "5000000d"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_EQ(outcome.err,
            "tenens: error: --expires-in: '5000000d' is too long\n"
            "hint: a hundred years are the most\n");
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, AReasonThatIsTooLongIsCalledSo) {
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

TEST_F(CliProgram, AnAddressThatNobodyHasIsRefused) {
  network_->then(200, "[]");
  const auto outcome = run({"impersonate", "x@y", "--as", "a"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.err, "tenens: error: no user has the email address x@y\n");
}

TEST_F(CliProgram, TheAuditOfADeletedUserIsAskedForById) {
  network_->then(200, "[]");
  const auto outcome = run({"audit", "list", "--user", "ada@example.com"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.err,
            "tenens: error: no user has the email address ada@example.com\n"
            "hint: a deleted user is found by id: --user user_...\n");
}

TEST_F(CliProgram, ALostCreateSaysThatItIsInDoubt) {
  const TransportFailure lost{
      .cause = TransportCause::timed_out, .sent = true, .message = "Timeout was reached"};
  // Past the SDK's own retries, which this server's honoured key allows.
  network_->then(lost).then(401, kRefusal);
  const auto outcome = run({"impersonate", "user_1", "--as", "a"});
  EXPECT_EQ(outcome.code, kInDoubt);
  EXPECT_NE(outcome.err.find("hint: it may have been done"), std::string::npos) << outcome.err;
}

TEST_F(CliProgram, RefusalsComeWithTheirCode) {
  network_->then(404, kRefusal);
  const auto outcome = run({"revoke", "act_9"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "tenens: error: no user was found (resource_not_found)\n");
}

TEST_F(CliProgram, EndSaysWhatItEnded) {
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

TEST_F(CliProgram, ASessionIsNoActorToken) {
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

TEST_F(CliProgram, WithoutAKeyNothingIsSent) {
  key_.clear();
  const auto outcome = run({"users", "list"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_TRUE(outcome.err.starts_with("tenens: error: CLERK_SECRET_KEY is not set\nhint: "));
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, TablesEscapeWhatUsersCallThemselves) {
  network_->then(200, "[" + std::string(kUser) + "]");
  const auto outcome = run({"users", "list"});
  EXPECT_EQ(outcome.code, kOk);
  EXPECT_EQ(outcome.out.find('\x1b'), std::string::npos);
  EXPECT_NE(outcome.out.find(R"(A\x1b[2J)"), std::string::npos) << outcome.out;
}

TEST_F(CliProgram, FiltersReachTheServer) {
  network_->then(200, R"({"data":[)" + std::string(kToken) + R"(],"total_count":1})");
  const auto outcome =
      run({"tokens", "list", "--actor", "a", "--status", "pending", "--limit", "5"});
  EXPECT_EQ(outcome.code, kOk) << outcome.err;
  EXPECT_NE(outcome.out.find("act_1  pending  user_1  staff_7"), std::string::npos) << outcome.out;
  EXPECT_EQ(
      network_->requests.at(0).url,
      "http://127.0.0.1:4400/v1/actor_tokens?paginated=true&actor_sub=a&status=pending&limit=5");
}

TEST_F(CliProgram, ListsTakeAUsersAddress) {
  for (const auto* command : {"sessions", "tokens", "audit"}) {
    network_->then(200, "[" + std::string(kUser) + "]").then(200, R"({"data":[],"total_count":0})");
    const auto outcome = run({command, "list", "--user", "ada@example.com"});
    EXPECT_EQ(outcome.code, kOk) << outcome.err;
    EXPECT_NE(network_->requests.back().url.find("user_id=user_1"), std::string::npos) << command;
  }
}

TEST_F(CliProgram, ListsTakeAnActorsAddressOrWhatElseASubIs) {
  for (const auto* command : {"sessions", "tokens", "audit"}) {
    const auto* const nothing = R"({"data":[],"total_count":0})";
    network_->then(200, nothing).then(200, "[" + std::string(kUser) + "]").then(200, nothing);
    EXPECT_EQ(run({command, "list", "--actor", "ada@example.com"}).code, kOk);
    EXPECT_TRUE(network_->requests.back().url.ends_with("actor_sub=user_1")) << command;
  }
  network_->then(200, R"({"data":[)" + std::string(kToken) + R"(],"total_count":1})");
  network_->then(200, "[" + std::string(kUser) + "]");
  const auto as_itself = run({"tokens", "list", "--actor", "ada@example.com"});
  EXPECT_NE(as_itself.out.find("act_1"), std::string::npos);
  EXPECT_NE(as_itself.err.find("see also --actor user_1"), std::string::npos) << as_itself.err;
  for (const auto* command : {"sessions", "tokens", "audit"}) {
    network_->then(200, R"({"data":[],"total_count":0})").then(200, "[]");
    const auto nobody = run({command, "list", "--actor", "bot@example.com"});
    EXPECT_EQ(nobody.code, kOk);
    EXPECT_TRUE(nobody.err.starts_with("note: no user has the address bot@example.com,"))
        << nobody.err;
  }
  network_->then(200, R"({"data":[)" + std::string(kToken) + R"(],"total_count":1})");
  network_->then(200, "[]");
  EXPECT_EQ(run({"tokens", "list", "--actor", "bot@example.com"}).err, "");
}

TEST_F(CliProgram, AnAuthorityThatCannotBeReadIsAMistake) {
  for (const auto* path : {"/", "/nowhere/ca.pem"}) {
    ca_file_ = path;
    const auto outcome = run({"users", "list"});
    EXPECT_EQ(outcome.code, kUsage) << path;
    EXPECT_EQ(outcome.err, "tenens: error: TENENS_CA_FILE cannot be read: " + ca_file_ + "\n");
  }
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, TheUrlMayBeTheOneThatSdksWant) {
  url_ = "http://127.0.0.1:4400/v1";
  network_->then(200, "[]");
  EXPECT_EQ(run({"users", "list"}).code, kOk);
  EXPECT_TRUE(network_->requests.at(0).url.starts_with("http://127.0.0.1:4400/v1/users"));
}

TEST_F(CliProgram, AUrlThatIsWrongIsSaidToBeTenensUrl) {
  const auto said_of = [this](const std::string& url) {
    url_ = url;
    const auto outcome = run({"users", "list"});
    EXPECT_EQ(outcome.code, kUsage);
    return outcome.err.substr(0, outcome.err.find('\n'));
  };
  const std::string must = "tenens: error: TENENS_URL must ";
  EXPECT_EQ(said_of("localhost:1"), must + "begin with http:// or https://, and is localhost:1");
  for (const std::string url : {"http://a?x=1", "http://a/#x", "http://a b"}) {
    EXPECT_EQ(said_of(url), must + "have no query, no fragment and no space, and is " + url);
  }
  for (const auto* url : {"http://", "http:///v1"}) {
    EXPECT_TRUE(said_of(url).starts_with(must + "name a host")) << url;
  }
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, APathThatTheServerHasNotPointsToTenensUrl) {
  url_ = "http://127.0.0.1:4400/foo";
  network_->then(404, R"({"errors":[{"message":"URL not found","code":"resource_not_found"}]})");
  network_->then(404, "<html>").then(404, kRefusal);
  EXPECT_NE(run({"users", "list"}).err.find("hint: TENENS_URL"), std::string::npos);
  EXPECT_NE(run({"users", "list"}).err.find("hint: TENENS_URL"), std::string::npos);
  EXPECT_EQ(run({"end", "act_1"}).err.find("hint: TENENS_URL"), std::string::npos);
}

TEST_F(CliProgram, AnUnsetVariableAsksForNobody) {
  for (const auto* option : {"--user", "--actor", "--token", "--action", "--since"}) {
    EXPECT_EQ(run({"audit", "list", option, ""}).code, kUsage);
    EXPECT_EQ(run({"audit", "list", std::string(option) + "="}).code, kUsage);
  }
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, OnlyAPathMayBeOtherThanUtf8) {
  const auto outcome = run({"users", "create", "--first-name", "Zo\xEB"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_EQ(outcome.err, "tenens: error: an argument is not UTF-8\n");
  EXPECT_EQ(run({"users", "list", "--query=\xC0\xAF"}).code, kUsage);
  EXPECT_TRUE(network_->requests.empty());
  network_->then(200, kUser);
  EXPECT_EQ(run({"users", "create", "--first-name", "Zo\xC3\xAB"}).code, kOk);
  const auto path = folder_ + "/us\xE9rs.jsonl";
  std::ofstream(path) << "\n";
  EXPECT_EQ(run({"users", "import", path}).code, kOk);
}

TEST_F(CliProgram, ListsSayThatThereIsMore) {
  network_->then(200, R"({"data":[)" + std::string(kToken) + R"(],"total_count":44})");
  EXPECT_EQ(run({"tokens", "list"}).err, "1 of 44; --limit and --offset show others\n");
}

TEST_F(CliProgram, UsersAreCountedOnlyWhereThereMayBeMore) {
  const auto page = "[" + std::string(kUser) + "]";
  const auto* const count = R"({"object":"total_count","total_count":2})";
  network_->then(200, page).then(200, count);
  EXPECT_EQ(run({"users", "list", "--limit", "1"}).err,
            "1 of 2; --limit and --offset show others\n");
  network_->then(200, page).then(200, count);
  EXPECT_EQ(run({"users", "list", "--offset", "1"}).err,
            "1 of 2; --limit and --offset show others\n");
  std::string ten = kUser;
  for (int i = 1; i < 10; ++i) ten += "," + std::string(kUser);
  network_->then(200, "[" + ten + "]").then(200, R"({"object":"total_count","total_count":11})");
  EXPECT_EQ(run({"users", "list"}).err, "10 of 11; --limit and --offset show others\n");
  EXPECT_NE(network_->requests.at(4).url.find("limit=10"), std::string::npos);
  EXPECT_EQ(network_->requests.size(), 6U);

  network_->then(200, page);
  EXPECT_EQ(run({"users", "list"}).err, "");
  EXPECT_EQ(network_->requests.size(), 7U);
}

TEST_F(CliProgram, TheAuditIsAskedForByTimeAndByEitherToken) {
  network_->then(200, R"({"data":[],"total_count":0})");
  EXPECT_EQ(run({"audit", "list", "--since", "2026-05-12", "--until", "2026-05-12 10:11:12Z",
                 "--token", "sit_1"})
                .code,
            kOk);
  EXPECT_TRUE(network_->requests.back().url.ends_with(
      "sign_in_token_id=sit_1&since=1778544000000&until=1778580672000"))
      << network_->requests.back().url;
  EXPECT_EQ(run({"audit", "list", "--since", "yesterday"}).code, kUsage);
}

TEST_F(CliProgram, AUserOfWhomNothingIsKnownIsNotMade) {
  for (const auto& arguments :
       {std::vector<std::string>{"users", "create"}, {"users", "create", "--json"}}) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, kUsage);
    EXPECT_NE(outcome.err.find("--email, --username or --external-id"), std::string::npos)
        << outcome.err;
  }
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, SessionsAreListedOfSomebody) {
  const auto outcome = run({"sessions", "list", "--status", "active"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_NE(outcome.err.find("--user, or --actor"), std::string::npos) << outcome.err;
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, WhatAnAnswerDoesNotSayIsNotSaidToBeNull) {
  network_->then(200, kToken);
  const auto outcome = run({"impersonate", "user_1", "--as", "a", "--json"});
  EXPECT_EQ(outcome.out.find("null"), std::string::npos) << outcome.out;
}

TEST_F(CliProgram, ACommandThatDoesNotExistIsCalledSo) {
  EXPECT_EQ(run({"bogus"}).err.substr(0, 46), "tenens: error: there is no command bogus\nhint:");
  EXPECT_NE(run({"users", "bogus"}).err.find("there is no command bogus"), std::string::npos);
  EXPECT_EQ(run({}).code, kUsage);
}

TEST_F(CliProgram, AServerThatIsNotAvailableIsUnreachable) {
  network_->then(503, kRefusal).then(503, "");
  const auto outcome = run({"users", "create", "--email", "a@b"});
  EXPECT_EQ(outcome.code, kUnreachable);
  EXPECT_NE(outcome.err.find("hint: TENENS_URL"), std::string::npos);
  // A proxy's: it may have passed the request on.
  EXPECT_EQ(run({"users", "create", "--email", "a@b"}).code, kInDoubt);
}

TEST_F(CliProgram, HelpTeachesAndMistakesPointToIt) {
  const auto help = run({"--help"});
  EXPECT_EQ(help.code, kOk);
  EXPECT_NE(help.out.find("Exit codes:"), std::string::npos);
  EXPECT_NE(help.out.find("tenens impersonate ada@example.com"), std::string::npos);
  EXPECT_NE(run({"impersonate", "--help"}).out.find("--expires-in"), std::string::npos);
  const auto mistake = run({"impersonate", "u", "--az", "a"});
  EXPECT_EQ(mistake.code, kUsage);
  EXPECT_TRUE(mistake.err.starts_with("tenens: error: ")) << mistake.err;
  EXPECT_NE(mistake.err.find("hint: tenens --help"), std::string::npos);
  EXPECT_EQ(run({}).code, kUsage);
}

}  // namespace
}  // namespace tenens::cli
