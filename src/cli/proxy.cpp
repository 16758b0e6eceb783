#include "cli/proxy.hpp"

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"

namespace tenens::cli {
namespace {

/// `[::1]` without its brackets.
std::string host_of(std::string url) {
  url.erase(0, url.find("://") + 3);
  url.erase(std::min(url.find('/'), url.size()));
  url.erase(0, url.find('@') + 1);
  if (url.starts_with('[')) return url.substr(1, url.find(']') - 1);
  return to_lower(url.substr(0, url.find(':')));
}

bool is_exempt(const std::string& host, const std::string& no_proxy) {
  if (no_proxy == "*") return true;
  for (std::size_t at = 0; at < no_proxy.size();) {
    const auto end = std::min(no_proxy.find_first_of(", ", at), no_proxy.size());
    auto name = to_lower(no_proxy.substr(at, end - at));
    if (name.starts_with('.')) name.erase(0, 1);
    if (!name.empty() && (host == name || host.ends_with("." + name))) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::string proxy_variable_for(const std::string& url, const Environment& environment) {
  const auto no_proxy = environment("no_proxy");
  if (is_exempt(host_of(url), no_proxy.empty() ? environment("NO_PROXY") : no_proxy)) return {};
  // HTTP_PROXY is not among them: a CGI program has it from whoever asks.
  const std::vector<std::string> names =
      url.starts_with("https:")
          ? std::vector<std::string>{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}
          : std::vector<std::string>{"http_proxy", "all_proxy", "ALL_PROXY"};
  const auto set = std::find_if(names.begin(), names.end(),
                                [&](const auto& name) { return !environment(name).empty(); });
  return set == names.end() ? std::string() : *set;
}

}  // namespace tenens::cli
