// Runs whole commands over a network that the test plays.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "cli/program.hpp"
#include "unit/sdk/fake_transport.hpp"

namespace tenens::cli {

inline constexpr const char* kUser =
    R"({"id":"user_1","first_name":"A\u001b[2J","email_addresses":[],"created_at":1,"updated_at":1})";
inline constexpr const char* kToken =
    R"({"id":"act_1","status":"pending","user_id":"user_1","actor":{"sub":"staff_7"},)"
    R"("token":"T","url":"https://x/?ticket=T","created_at":1,"updated_at":1})";
inline constexpr const char* kRefusal =
    R"({"errors":[{"message":"m","long_message":"No user was found.","code":"resource_not_found"}]})";

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

class CliProgram : public ::testing::Test {
 protected:
  using FakeTransport = clerk_backend_api::testing::FakeTransport;

  CliProgram() { EXPECT_NE(::mkdtemp(folder_.data()), nullptr); }
  ~CliProgram() override { std::filesystem::remove_all(folder_); }

  Outcome run(std::vector<std::string> arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Surroundings outside{.in = in,
                         .out = out,
                         .err = err,
                         .url = url_,
                         .ca_file = ca_file_,
                         .proxy_variable = proxy_variable_,
                         .secret_key = key_,
                         .transport = network_,
                         .sleep = [this](auto time) {
                           slept_.push_back(time);
                           if (signal_in_sleep_ != 0) ::raise(signal_in_sleep_);
                         }};
    const int code = cli::run(arguments, outside);
    return {code, out.str(), err.str()};
  }
  const std::string& body(std::size_t i) { return network_->requests.at(i).body; }

  std::string folder_ = std::filesystem::temp_directory_path() / "tenens-cli-XXXXXX";
  std::string url_ = "http://127.0.0.1:4400/";
  std::string ca_file_;
  std::string proxy_variable_;
  std::string key_ = "sk_test_k";
  std::shared_ptr<FakeTransport> network_ = std::make_shared<FakeTransport>();
  std::vector<std::chrono::milliseconds> slept_;
  int signal_in_sleep_ = 0;
};

}  // namespace tenens::cli
