#include "conformance/running_tenensd.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace tenens::test {
namespace {

/// TENENS_BIN names the folder of the programs under test; without it, those of this build.
std::string program() {
  const char* folder = std::getenv("TENENS_BIN");
  return (folder != nullptr ? std::string(folder) : std::string(TENENS_BIN)) + "/tenensd";
}

std::filesystem::path make_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "tenens-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  return pattern;
}

}  // namespace

RunningTenensd::RunningTenensd(std::vector<std::string> flags) : folder_(make_folder()) {
  std::vector<std::string> arguments{program(),    "--dev",
                                     "--listen",   "127.0.0.1:0",
                                     "--database", "sqlite:" + (folder_ / "tenens.db").string()};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  // The library honours the proxy of the environment; this server is on this machine.
  setenv("NO_PROXY", "127.0.0.1", 1);
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
  process_ = fork();
  if (process_ == 0) {
    // A test that crashes must not leave its server behind, holding the runner's pipes.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    setenv("TENENS_SECRET_KEY", kSecretKey, 1);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  log_ = ends[0];
  wait_until_listening(log_);
}

void RunningTenensd::wait_until_listening(int log) {
  std::string seen;
  char chunk[512];
  ssize_t size = 0;
  while ((size = read(log, chunk, sizeof chunk)) > 0) {
    seen.append(chunk, static_cast<std::size_t>(size));
    const auto line = seen.find("listening on http://");
    if (line == std::string::npos || seen.find('\n', line) == std::string::npos) continue;
    const auto end = seen.find('\n', line);
    port_ = std::stoi(seen.substr(seen.rfind(':', end) + 1));
    // Somebody must read the rest, or a talkative server would block on the pipe.
    std::thread([log] {
      char rest[512];
      while (read(log, rest, sizeof rest) > 0) {
      }
      close(log);
    }).detach();
    return;
  }
  throw std::runtime_error("tenensd did not start: " + seen);
}

RunningTenensd::~RunningTenensd() {
  kill(process_, SIGTERM);
  int status = 0;
  waitpid(process_, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "tenensd ended with " << status;
  std::filesystem::remove_all(folder_);
}

std::string RunningTenensd::server_url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/v1";
}

}  // namespace tenens::test
