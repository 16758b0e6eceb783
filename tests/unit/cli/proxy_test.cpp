#include "cli/proxy.hpp"

#include <map>

#include "unit/cli/program_fixture.hpp"

namespace tenens::cli {
namespace {

std::string proxy_of(const std::string& url, const std::map<std::string, std::string>& variables) {
  return proxy_variable_for(url, [&](const std::string& name) {
    const auto at = variables.find(name);
    return at == variables.end() ? std::string() : at->second;
  });
}

TEST(CliProxy, TheVariableIsTheOneThatLibcurlReads) {
  const auto* const proxy = "http://proxy:3128";
  EXPECT_EQ(proxy_of("http://a.test:4400", {}), "");
  EXPECT_EQ(proxy_of("http://a.test", {{"http_proxy", proxy}, {"ALL_PROXY", proxy}}), "http_proxy");
  EXPECT_EQ(proxy_of("http://a.test", {{"HTTP_PROXY", proxy}, {"HTTPS_PROXY", proxy}}), "");
  EXPECT_EQ(proxy_of("https://a.test", {{"HTTPS_PROXY", proxy}}), "HTTPS_PROXY");
  EXPECT_EQ(proxy_of("https://a.test", {{"http_proxy", proxy}, {"ALL_PROXY", proxy}}), "ALL_PROXY");
}

TEST(CliProxy, HostsOfNoProxyNeedNone) {
  const auto applies = [](const std::string& url, const std::string& no_proxy) {
    return !proxy_of(url, {{"all_proxy", "p"}, {"no_proxy", no_proxy}}).empty();
  };
  EXPECT_FALSE(applies("http://127.0.0.1:4400", "localhost,127.0.0.1"));
  EXPECT_FALSE(applies("http://[::1]:4400/v1", "::1"));
  EXPECT_FALSE(applies("https://u:p@id.Example.com", "a.test, .example.COM"));
  EXPECT_FALSE(applies("http://a.test", "*"));
  EXPECT_TRUE(applies("http://badexample.com", "example.com"));
  EXPECT_TRUE(applies("http://a.test", ","));
  EXPECT_EQ(proxy_of("http://a.test", {{"all_proxy", "p"}, {"NO_PROXY", "a.test"}}), "");
}

TEST_F(CliProgram, AProxyOnTheWayIsNamedWhereNobodyAnswers) {
  EXPECT_EQ(run({"users", "list"}).err.find("proxy"), std::string::npos);
  proxy_variable_ = "http_proxy";
  const auto outcome = run({"users", "list"});
  EXPECT_EQ(outcome.code, kUnreachable);
  EXPECT_NE(outcome.err.find("\nhint: requests go through the proxy in http_proxy;"),
            std::string::npos)
      << outcome.err;
  network_->then(404, kRefusal);
  EXPECT_EQ(run({"revoke", "act_9"}).err.find("proxy"), std::string::npos);
}

}  // namespace
}  // namespace tenens::cli
