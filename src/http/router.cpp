#include "http/router.hpp"

#include <algorithm>
#include <stdexcept>

#include "http/url_text.hpp"

namespace tenens::http {
namespace {

/// Nothing if a slash or a NUL was encoded in it, or if it is badly encoded. What is returned
/// refers to `path`, or to `decoded` if the two differ.
std::optional<std::string_view> decode(std::string_view path, std::string& decoded) {
  if (!may_be_encoded(path)) return path;
  auto text = percent_decode(path);
  if (!text) return std::nullopt;
  decoded = *std::move(text);
  const auto slashes = [](std::string_view one) { return std::count(one.begin(), one.end(), '/'); };
  if (slashes(decoded) != slashes(path)) return std::nullopt;
  return decoded.find('\0') == std::string::npos ? std::optional(std::string_view(decoded))
                                                 : std::nullopt;
}

bool is_placeholder(std::string_view segment) {
  return segment.starts_with('{');
}

}  // namespace

bool Resource::serves(Audience audience) const {
  return std::any_of(routes_.begin(), routes_.end(),
                     [&](const Route* route) { return route->audience == audience; });
}

const Route* Resource::find(std::string_view method) const {
  if (method == "HEAD") method = "GET";
  for (const auto* route : routes_) {
    if (route->method == method) return route;
  }
  return nullptr;
}

std::string Resource::allow() const {
  std::string allow;
  const auto add = [&](std::string_view method) {
    if (!allow.empty()) allow += ", ";
    allow += method;
  };
  for (const auto* route : routes_) {
    if (allow.find(route->method) != std::string::npos) continue;
    add(route->method);
    if (route->method == "GET") add("HEAD");
  }
  if (serves(Audience::frontend)) add("OPTIONS");
  return allow;
}

/// Nothing if it does not begin with a slash, or has more segments than any pattern.
std::optional<Router::Segments> Router::split(std::string_view path) {
  Segments segments;
  if (path.empty() || path.front() != '/') return std::nullopt;
  while (!path.empty()) {
    if (segments.count == kMostSegments) return std::nullopt;
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.all[segments.count++] = path.substr(0, end);
    path.remove_prefix(end);
  }
  return segments;
}

/// Both have as many segments. From the end, for paths differ least at their beginning.
bool Router::matches(const Segments& pattern, const Segments& path) {
  for (auto at = pattern.count; at-- > 0;) {
    const auto wanted = pattern.all[at];
    if (is_placeholder(wanted) ? path.all[at].empty() : path.all[at] != wanted) return false;
  }
  return true;
}

PathParams Router::params(const Segments& pattern, const Segments& path) {
  PathParams params;
  for (std::size_t at = 0; at < pattern.count; ++at) {
    const auto name = pattern.all[at];
    if (is_placeholder(name)) {
      params.add(name.substr(1, name.size() - 2), std::string(path.all[at]));
    }
  }
  return params;
}

Router::Router(std::span<const Route> table) {
  for (const auto& route : table) {
    const auto segments = split(route.pattern);
    if (!segments) throw std::length_error("a pattern is too long");
    auto& patterns = patterns_[segments->count];
    const auto same = [&](const Pattern& one) {
      return one.routes.front()->pattern == route.pattern;
    };
    auto place = std::find_if(patterns.begin(), patterns.end(), same);
    if (place == patterns.end()) place = patterns.insert(place, {*segments, {}});
    place->routes.push_back(&route);
  }
}

Resource Router::find(std::string_view path) const {
  Resource resource;
  std::string memory;
  const auto decoded = decode(path, memory);
  const auto segments = decoded ? split(*decoded) : std::nullopt;
  if (!segments) return resource;
  for (const auto& pattern : patterns_[segments->count]) {
    if (!matches(pattern.segments, *segments)) continue;
    resource.routes_ = pattern.routes;
    resource.params_ = params(pattern.segments, *segments);
    break;
  }
  return resource;
}

std::string_view meant_method(const Request& request, const Resource& resource) {
  if (request.method != "POST" || !resource.serves(Audience::frontend)) return request.method;
  const auto* named = request.query.find("_method");
  if (named == nullptr) return request.method;
  for (const std::string_view method : {"PATCH", "PUT", "DELETE"}) {
    if (*named == method) return method;
  }
  return request.method;
}

}  // namespace tenens::http
