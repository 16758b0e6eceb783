#include "sdk/request.hpp"

#include <algorithm>

#include "base/percent_encode.hpp"
#include "clerk_backend_api/version.hpp"
#include "sdk/failures.hpp"

namespace clerk_backend_api {

std::string_view HttpResponse::header(std::string_view name) const {
  const auto at = std::find_if(headers.begin(), headers.end(), [&](const Header& header) {
    return tenens::equal_ignoring_case(header.name, name);
  });
  return at == headers.end() ? std::string_view() : std::string_view(at->value);
}

}  // namespace clerk_backend_api

namespace clerk_backend_api::detail {
namespace {

constexpr std::size_t kMaxResponseBytes = 8 * 1024 * 1024;
constexpr std::size_t kMaxIdempotencyKeyBytes = 255;

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_header_name(std::string_view text) {
  static constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (tenens::is_unreserved(c) && c != '~') || kSymbols.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

bool is_base_url(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.size() <= scheme.size() ||
        !tenens::equal_ignoring_case(url.substr(0, scheme.size()), scheme))
      continue;
    const auto rest = url.substr(scheme.size());
    return rest.front() != '/' && is_printable_ascii(rest) &&
           rest.find_first_of("?#\\") == std::string_view::npos;
  }
  return false;
}

std::string url_of(const Operation& operation, std::string_view server_url,
                   const Arguments& arguments) {
  while (server_url.ends_with('/')) server_url.remove_suffix(1);
  std::string url(server_url);
  const auto hole = operation.path.find("{}");
  url += operation.path.substr(0, hole);
  if (hole != std::string_view::npos) {
    url += tenens::percent_encode(arguments.id);
    url += operation.path.substr(hole + 2);
  }
  return url + arguments.query.text();
}

std::optional<Error> fault_of(const Operation& operation, const Arguments& arguments) {
  if (operation.path.find("{}") == std::string_view::npos) return std::nullopt;
  if (arguments.id.empty()) return invalid_argument("the id must not be empty");
  // Dots survive percent-encoding, and a proxy may resolve them to another resource.
  if (arguments.id == "." || arguments.id == "..") return invalid_argument("the id is not one");
  return std::nullopt;
}

std::optional<Error> fault_of(const Secret& bearer_auth) {
  if (!bearer_auth.empty() && is_printable_ascii(bearer_auth.expose())) return std::nullopt;
  auto error = invalid_argument(
      bearer_auth.empty() ? "no secret key: set ClientOptions::bearer_auth to the instance's "
                            "sk_test_… or sk_live_…"
                          : "the secret key contains characters that no secret key has");
  error.kind = ErrorKind::unauthenticated;
  return error;
}

std::optional<Error> fault_of(const std::vector<Header>& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_header_name(name) || !is_header_value(value)) {
      return invalid_argument("a header of RequestOptions::headers is malformed");
    }
    for (const std::string_view ours : {"Authorization", "Host", "Content-Length"}) {
      if (tenens::equal_ignoring_case(name, ours))
        return invalid_argument(name + " cannot be set by hand");
    }
  }
  return std::nullopt;
}

void put(std::vector<Header>& headers, Header header) {
  const auto at = std::find_if(headers.begin(), headers.end(), [&](const Header& other) {
    return tenens::equal_ignoring_case(other.name, header.name);
  });
  if (at == headers.end()) {
    headers.push_back(std::move(header));
  } else {
    *at = std::move(header);
  }
}

std::vector<Header> headers_of(const RequestOptions& options, bool has_body,
                               std::string idempotency_key) {
  std::vector<Header> headers{
      {"Accept", "application/json"},
      {"User-Agent", "clerk_backend_api-cpp/" + std::string(kLibraryVersion)},
      {"Clerk-API-Version", std::string(kApiVersion)},
  };
  if (has_body) headers.push_back({"Content-Type", "application/json"});
  if (!idempotency_key.empty()) {
    headers.push_back({"Idempotency-Key", std::move(idempotency_key)});
  }
  for (const auto& header : options.headers) put(headers, header);
  return headers;
}

}  // namespace

Query& Query::add(std::string_view name, std::string_view value) {
  text_ += text_.empty() ? '?' : '&';
  text_.append(name).append("=").append(tenens::percent_encode(value));
  return *this;
}

Query& Query::add(std::string_view name, const std::optional<std::string>& value) {
  return value ? add(name, std::string_view(*value)) : *this;
}

Query& Query::add(std::string_view name, const std::optional<std::int64_t>& value) {
  return value ? add(name, std::string_view(std::to_string(*value))) : *this;
}

Query& Query::add(std::string_view name, const std::vector<std::string>& values) {
  for (const auto& value : values) add(name, std::string_view(value));
  return *this;
}

Result<HttpRequest> form_request(const Operation& operation, const ClientOptions& client,
                                 const RequestOptions& options, const Arguments& arguments,
                                 std::string idempotency_key) {
  const std::string& server_url = options.server_url ? *options.server_url : client.server_url;
  if (!is_base_url(server_url)) {
    return invalid_argument(
        "server_url must begin with https:// or http://, name a host, and have neither query nor "
        "fragment");
  }
  if (auto fault = fault_of(client.bearer_auth)) return *std::move(fault);
  if (auto fault = fault_of(operation, arguments)) return *std::move(fault);
  if (auto fault = fault_of(options.headers)) return *std::move(fault);
  const bool empty_key = options.idempotency_key && options.idempotency_key->empty();
  if (empty_key || idempotency_key.size() > kMaxIdempotencyKeyBytes ||
      !is_printable_ascii(idempotency_key)) {
    return invalid_argument("idempotency_key must be 1 to 255 printable ASCII characters");
  }

  HttpRequest request;
  request.method = operation.method;
  request.url = url_of(operation, server_url, arguments);
  request.bearer_auth = client.bearer_auth;
  request.headers = headers_of(options, !arguments.body.empty(), std::move(idempotency_key));
  request.body = arguments.body;
  request.timeout = options.timeout.value_or(client.timeout);
  request.stop_token = options.stop_token;
  request.max_response_bytes = kMaxResponseBytes;
  return request;
}

}  // namespace clerk_backend_api::detail
