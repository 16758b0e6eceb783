#include "http/site.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "base/ascii.hpp"
#include "base/base64url.hpp"
#include "crypto/digest.hpp"

namespace tenens::http {
namespace {

constexpr std::size_t kSuffixLength = 8;

/// The scheme's own port is not written in an origin.
bool is_default_port(std::string_view scheme, std::string_view port) {
  return port.empty() || (scheme == "http" && port == "80") || (scheme == "https" && port == "443");
}

/// Boost 1.81 reads `localhost:80.evil.example` as port 80 and forgets the rest; browsers do not.
bool is_whole_authority(std::string_view url, std::string_view host, std::string_view port) {
  url.remove_prefix(url.find("//") + 2);
  const auto authority = url.substr(0, url.find_first_of("/?#"));
  if (!authority.starts_with(host)) return false;
  const auto rest = authority.substr(host.size());
  return rest.empty() ? port.empty() : rest.front() == ':' && rest.substr(1) == port;
}

/// Boost.URL takes any number of digits.
bool is_port_of_origin(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number != 0;
}

std::string without_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

std::string path_of(std::string_view url) {
  const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
  return parsed ? std::string(std::string_view(parsed->encoded_path())) : std::string();
}

}  // namespace

std::optional<std::string> origin_of(std::string_view url) {
  const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
  if (!parsed || !parsed->has_authority() || parsed->has_userinfo()) return std::nullopt;
  const auto scheme = to_lower(std::string_view(parsed->scheme()));
  const auto host = to_lower(std::string_view(parsed->encoded_host()));
  const auto port = std::string_view(parsed->port());
  if ((scheme != "http" && scheme != "https") || host.empty()) return std::nullopt;
  if (!port.empty() && !is_port_of_origin(port)) return std::nullopt;
  if (!is_whole_authority(url, std::string_view(parsed->encoded_host()), port)) return std::nullopt;

  auto origin = scheme + "://" + host;
  if (!is_default_port(scheme, port)) origin.append(":").append(port);
  return origin;
}

bool is_local_origin(std::string_view origin) {
  const auto drop = [&](std::string_view prefix) {
    if (!origin.starts_with(prefix)) return false;
    origin.remove_prefix(prefix.size());
    return true;
  };
  if (!drop("http://") && !drop("https://")) return false;
  if (!drop("localhost") && !drop("127.0.0.1") && !drop("[::1]")) return false;
  if (origin.empty()) return true;
  return drop(":") && !origin.empty() && origin.size() <= 5 &&
         std::all_of(origin.begin(), origin.end(), is_digit);
}

Site::Site(AppOptions options) : options_(std::move(options)) {
  options_.public_url = without_slash(options_.public_url);
  https_ = options_.public_url.starts_with("https://");
  base_path_ = path_of(options_.public_url);
  public_origin_ = origin_of(options_.public_url).value_or("");
  if (options_.app_url) {
    options_.app_url = without_slash(*options_.app_url);
    app_origin_ = origin_of(*options_.app_url).value_or("");
  }
  for (const auto& origin : options_.allowed_origins) {
    if (auto known = origin_of(origin)) admitted_.push_back(*std::move(known));
  }
  if (!public_origin_.empty()) admitted_.push_back(public_origin_);
  if (!app_origin_.empty()) admitted_.push_back(app_origin_);
  cookie_suffix_ = to_base64url(crypto::sha1(options_.publishable_key)).substr(0, kSuffixLength);
}

bool Site::admits(std::string_view origin) const {
  if (std::find(admitted_.begin(), admitted_.end(), origin) != admitted_.end()) return true;
  return options_.dev && is_local_origin(origin);
}

std::string Site::address_of(std::string_view path) const {
  return (base_path_.empty() ? "" : options_.public_url) + std::string(path);
}

bool Site::is_own(std::string_view origin, std::string_view host) const {
  if (origin == public_origin_) return true;
  return options_.dev && is_local_origin(origin) && origin.substr(origin.find("//") + 2) == host;
}

}  // namespace tenens::http
