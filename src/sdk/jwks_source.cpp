#include "sdk/jwks_source.hpp"

#include "clerk_backend_api/version.hpp"
#include "sdk/transport_curl.hpp"

namespace clerk_backend_api::detail {
namespace {

constexpr int kOk = 200;

bool is_trustworthy(std::string_view url) {
  const bool secure = url.starts_with("https://");
  if (!secure && !url.starts_with("http://")) return false;
  url.remove_prefix(secure ? 8 : 7);
  const auto authority = url.substr(0, url.find_first_of("/?#\\"));
  // `http://localhost@elsewhere/` is elsewhere.
  if (authority.empty() || authority.find('@') != std::string_view::npos) return false;
  if (secure) return true;
  const auto host = authority.substr(0, authority.rfind(':'));
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]" || authority == "[::1]";
}

HttpRequest request_for(const std::string& url, std::chrono::milliseconds timeout) {
  HttpRequest request;
  request.method = "GET";
  request.url = url;
  request.headers = {{"Accept", "application/json"},
                     {"User-Agent", "clerk_backend_api-cpp/" + std::string(kLibraryVersion)}};
  request.timeout = timeout;
  request.may_be_sent_twice = true;
  request.max_response_bytes = kLargestJwks;
  return request;
}

}  // namespace

JwksSource source_from_clerk(Clerk clerk, std::chrono::milliseconds timeout) {
  const auto shared = std::make_shared<Clerk>(std::move(clerk));
  return [shared, timeout](const std::stop_token& stop) -> std::optional<KeySet> {
    RequestOptions options;
    options.retries = RetryConfig{.strategy = RetryStrategy::none};
    options.timeout = timeout;
    options.stop_token = stop;
    const auto jwks = shared->jwks.get(options);
    if (!jwks) return std::nullopt;
    return parse_key_set(*jwks);
  };
}

JwksSource source_from_url(std::string url, const JwksCacheOptions& options) {
  if (!is_trustworthy(url)) {
    return [](const std::stop_token&) { return std::optional<KeySet>(); };
  }
  auto transport = options.transport ? options.transport : make_curl_transport(options.ca_file);
  return [transport = std::move(transport), request = request_for(url, options.timeout)](
             const std::stop_token& stop) -> std::optional<KeySet> {
    auto attempt = request;
    attempt.stop_token = stop;
    const auto reply = transport->send(attempt);
    const auto* response = std::get_if<HttpResponse>(&reply);
    if (response == nullptr || response->status != kOk) return std::nullopt;
    const auto json = parse_json(response->body, {.bytes = kLargestJwks});
    return json ? parse_key_set(*json) : std::nullopt;
  };
}

}  // namespace clerk_backend_api::detail
