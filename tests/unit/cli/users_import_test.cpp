// users import: bad lines, a busy server, one that is gone, and what there is to read.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <thread>

#include "unit/cli/program_fixture.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::HttpResponse;
using CliUsersImport = CliProgram;

TEST_F(CliUsersImport, AnImportGoesOnPastBadLinesAndNumbersThem) {
  network_->then(200, kUser).then(422, kRefusal).then(200, kUser);
  const auto outcome = run({"users", "import", "-"},
                           "\xEF\xBB\xBF{\"email_address\":[\"a@b\"],\"last_name\":null}\n"
                           "not json\n"
                           "\n"
                           "{\"nickname\":\"x\"}\n"
                           "{\"email_address\":7}\n"
                           "{\"username\":\"taken\"}\r\n"
                           "{\"external_id\":\"9\",\"public_metadata\":{\"a\":1}}");
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.out, "2 created, 4 failed\n");
  EXPECT_EQ(outcome.err,
            "tenens: error: line 2: not a JSON object\n"
            "tenens: error: line 4: unknown field nickname\n"
            "tenens: error: line 5: email_address must be an array of strings\n"
            "tenens: error: line 6: no user was found\n");
  EXPECT_EQ(body(0), R"({"email_address":["a@b"]})");
  EXPECT_EQ(body(2), R"({"external_id":"9","public_metadata":{"a":1}})");
}

TEST_F(CliUsersImport, AnImportWaitsForABusyServer) {
  network_->then(HttpResponse{.status = 429, .headers = {{"Retry-After", "3"}}})
      .then(503, kRefusal)
      .then(200, kUser);
  const auto outcome = run({"users", "import", "-"}, "{\"username\":\"a\"}\n");
  EXPECT_EQ(outcome.code, kOk) << outcome.err;
  using namespace std::chrono_literals;
  EXPECT_EQ(slept_, (std::vector<std::chrono::milliseconds>{3s, 1s}));
}

TEST_F(CliUsersImport, AnImportStopsWhereTheKeyIsRefusedAndSaysWhereToGoOn) {
  network_->then(200, kUser).then(401, kRefusal);
  const auto outcome = run({"users", "import", "-", "--json"},
                           "{\"username\":\"a\"}\n{\"username\":\"b\"}\n{\"username\":\"c\"}\n");
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.out,
            R"({"created":1,"failed":[{"line":2,"error":"no user was found"}],"stopped":true})"
            "\n");
  EXPECT_EQ(outcome.err,
            "tenens: error: line 2: no user was found\n"
            "hint: stopped; line 2 of the input and all after it are not imported\n");
  EXPECT_EQ(network_->requests.size(), 2U);
}

TEST_F(CliUsersImport, AnImportThatStopsInAFileSaysHowToGoOnWithThatFile) {
  const auto hint_for = [this](const std::string& path) {
    std::ofstream(path) << "{\"username\":\"a\"}\n{\"username\":\"b\"}\n";
    network_->then(200, kUser).then(401, kRefusal);
    const auto said = run({"users", "import", path}).err;
    return said.substr(said.find("tail"));
  };
  EXPECT_EQ(hint_for(folder_ + "/users.jsonl"),
            "tail -n +2 '" + folder_ + "/users.jsonl' | tenens users import -\n");
  EXPECT_EQ(hint_for(folder_ + "/new user's.jsonl"),
            "tail -n +2 '" + folder_ + R"(/new user'\''s.jsonl' | tenens users import -)" + "\n");
}

TEST_F(CliUsersImport, AnImportStopsWhereAProxyHasNoServer) {
  network_->then(503, "");
  const auto outcome =
      run({"users", "import", "-"}, "{\"username\":\"a\"}\n{\"username\":\"b\"}\n");
  EXPECT_EQ(outcome.code, kInDoubt);
  EXPECT_NE(
      outcome.err.find("line 1 of the input may have been imported, and all after it are not"),
      std::string::npos)
      << outcome.err;
  EXPECT_EQ(network_->requests.size(), 1U);
}

TEST_F(CliUsersImport, AnImportThatWaitsIsStoppedByASignalAndSaysWhereToGoOn) {
  const auto path = folder_ + "/users.jsonl";
  std::ofstream(path) << "{\"username\":\"a\"}\n{\"username\":\"b\"}\n{\"username\":\"c\"}\n";
  for (const int signal : {SIGINT, SIGTERM}) {
    auto* const before = std::signal(signal, SIG_DFL);  // it may be ignored where tests run
    signal_in_sleep_ = signal;
    network_->then(200, kUser).then(503, kRefusal);
    const auto outcome = run({"users", "import", path});
    EXPECT_EQ(std::signal(signal, before), SIG_DFL) << "as it was";
    EXPECT_EQ(outcome.code, 128 + signal);
    EXPECT_EQ(outcome.out, "1 created, 1 failed\n");
    EXPECT_NE(outcome.err.find("line 2 of the input and all after it"), std::string::npos)
        << outcome.err;
  }
  EXPECT_EQ(network_->requests.size(), 4U);
}

TEST_F(CliUsersImport, AnImportThatIsStoppedSaysWhatIsInDoubt) {
  const auto path = folder_ + "/users.jsonl";
  std::ofstream(path) << "{\"username\":\"a\"}\n{\"username\":\"b\"}\n";
  auto* const before = std::signal(SIGINT, SIG_DFL);
  signal_in_sleep_ = SIGINT;
  network_->then(500, "").then(503, kRefusal);
  const auto outcome = run({"users", "import", path});
  std::signal(SIGINT, before);
  EXPECT_EQ(outcome.code, 128 + SIGINT);
  EXPECT_EQ(outcome.out, "0 created, 2 failed\n");
  const auto said = outcome.err.find("line 1: ");
  ASSERT_NE(said, std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.substr(said, outcome.err.find('\n', said)).find("(it may have been done)"),
            std::string::npos)
      << outcome.err;
}

TEST_F(CliUsersImport, AnImportReadsAPipeOnce) {
  const auto pipe = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  network_->then(200, kUser).then(401, kRefusal);
  std::thread writer(
      [&] { std::ofstream(pipe) << "{\"username\":\"a\"}\n{\"username\":\"b\"}\n"; });
  auto importing = std::async(std::launch::async, [&] { return run({"users", "import", pipe}); });
  EXPECT_EQ(importing.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  // With both ends open nobody goes on waiting for one: a broken import fails and does not hang.
  const int both_ends = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK);
  writer.join();
  ::close(both_ends);
  const auto outcome = importing.get();
  EXPECT_EQ(outcome.out, "1 created, 1 failed\n");
  EXPECT_NE(outcome.err.find("line 2 of the input and all after it"), std::string::npos)
      << outcome.err;
}

TEST_F(CliUsersImport, AnImportFromAFileThatIsNotThereIsAMistake) {
  EXPECT_EQ(run({"users", "import", "/nowhere/users.jsonl"}).code, kUsage);
  EXPECT_EQ(run({"users", "import", "/"}).code, kUsage);
}

}  // namespace
}  // namespace tenens::cli
