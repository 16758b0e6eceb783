// Whole commands, from the command line to the exit code, over a network that the test plays.
#include <fstream>

#include "unit/cli/program_fixture.hpp"

namespace tenens::cli {
namespace {

TEST_F(CliProgram, JsonMayBeAskedForBeforeOrBehindTheCommand) {
  network_->then(200, kToken).then(200, kToken);
  const auto before = run({"--json", "impersonate", "user_1", "--as", "a"});
  const auto behind = run({"impersonate", "user_1", "--as", "a", "--json"});
  EXPECT_EQ(before.out, behind.out);
  EXPECT_TRUE(before.out.starts_with(R"({"id":"act_1","status":"pending")")) << before.out;
  EXPECT_NE(before.out.find(R"("url":"https://x/?ticket=T")"), std::string::npos);
}

TEST_F(CliProgram, WhatADeletedUserLeftIsAskedForById) {
  for (const auto* command : {"sessions", "tokens", "audit"}) {
    network_->then(200, "[]");
    const auto outcome = run({command, "list", "--user", "ada@example.com"});
    EXPECT_EQ(outcome.code, kRefused);
    EXPECT_EQ(outcome.err,
              "tenens: error: no user has the email address ada@example.com\n"
              "hint: a deleted user is found by id: --user user_...\n");
  }
}

TEST_F(CliProgram, ARefusalAfterALostAnswerSaysThatItMayHaveBeenDone) {
  network_->then(TransportFailure{.sent = true, .message = "lost"}).then(404, kRefusal);
  const auto outcome = run({"users", "delete", "user_1"});
  EXPECT_EQ(outcome.code, kInDoubt);
  EXPECT_EQ(outcome.err,
            "tenens: error: no user was found (resource_not_found)\n"
            "hint: an earlier attempt of this call got no clear answer and may have done it; look: "
            "tenens tokens list, tenens sessions list, tenens users list\n");
}

TEST_F(CliProgram, AnotherServersPageAfterALostAnswerSaysItOnce) {
  network_->then(TransportFailure{.sent = true, .message = "lost"}).then(404, "<html>");
  const auto outcome = run({"revoke", "act_1"});
  EXPECT_EQ(outcome.code, kInDoubt);
  const auto said = outcome.err.find("got no clear answer");
  ASSERT_NE(said, std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("got no clear answer", said + 1), std::string::npos) << outcome.err;
}

TEST_F(CliProgram, RefusalsComeWithTheirCode) {
  network_->then(404, kRefusal);
  const auto outcome = run({"revoke", "act_9"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "tenens: error: no user was found (resource_not_found)\n");
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
    EXPECT_EQ(nobody.err,
              "note: no user has the address bot@example.com: it was looked for as the actor's own "
              "name\n");
  }
  network_->then(200, R"({"data":[)" + std::string(kToken) + R"(],"total_count":1})");
  network_->then(200, "[]");
  EXPECT_EQ(run({"tokens", "list", "--actor", "bot@example.com"}).err, "");
}

TEST_F(CliProgram, RowsOfAnActorAreShownWhateverIsThenKnownOfTheAddress) {
  network_->then(200, R"({"data":[)" + std::string(kToken) + R"(],"total_count":1})");
  network_->then(401, kRefusal);
  const auto rows = run({"tokens", "list", "--actor", "bot@example.com"});
  EXPECT_EQ(rows.code, kOk);
  EXPECT_NE(rows.out.find("act_1"), std::string::npos);
  EXPECT_EQ(rows.err, "");
  // The user's own could be missing.
  network_->then(200, R"({"data":[],"total_count":0})").then(401, kRefusal);
  EXPECT_EQ(run({"tokens", "list", "--actor", "bot@example.com"}).code, kRefused);
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
    EXPECT_EQ(outcome.err,
              "tenens: error: nothing is said about the user\n"
              "hint: any option of --help does, such as --email\n");
  }
  EXPECT_TRUE(network_->requests.empty());
}

TEST_F(CliProgram, SessionsAreListedOfSomebody) {
  const auto outcome = run({"sessions", "list", "--status", "active"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_NE(outcome.err.find("--user, or --actor"), std::string::npos) << outcome.err;
  EXPECT_TRUE(network_->requests.empty());
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
