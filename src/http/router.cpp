#include "http/router.hpp"

#include <optional>

#include "base/any_byte.hpp"
#include "http/url_text.hpp"

namespace tenens::http {
namespace {

constexpr std::size_t kUsual = 4;  // segments

/// What stands between the slashes of a path that begins with one.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  segments.reserve(kUsual);
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

std::optional<std::vector<std::string>> decode(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  std::vector<std::string> segments;
  segments.reserve(kUsual);
  for (const auto encoded : split(path)) {
    auto segment = percent_decode(encoded);
    if (!segment || any_byte(*segment, [](unsigned char c) { return (c == '/') | (c == '\0'); })) {
      return std::nullopt;
    }
    segments.push_back(*std::move(segment));
  }
  return segments;
}

bool is_placeholder(std::string_view segment) {
  return segment.starts_with('{');
}

bool matches(const std::vector<std::string_view>& pattern,
             const std::vector<std::string>& segments) {
  return std::equal(pattern.begin(), pattern.end(), segments.begin(), segments.end(),
                    [](std::string_view wanted, const std::string& segment) {
                      return is_placeholder(wanted) ? !segment.empty() : wanted == segment;
                    });
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

Params Resource::params(const Route& route) const {
  Params params;
  const auto pattern = split(route.pattern);
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (!is_placeholder(pattern[at])) continue;
    params.add(std::string(pattern[at].substr(1, pattern[at].size() - 2)), segments_[at]);
  }
  return params;
}

Router::Router(std::span<const Route> table) {
  for (const auto& route : table) {
    const auto same = [&](const Pattern& one) {
      return one.routes.front()->pattern == route.pattern;
    };
    auto place = std::find_if(patterns_.begin(), patterns_.end(), same);
    if (place == patterns_.end()) place = patterns_.insert(place, {split(route.pattern), {}});
    place->routes.push_back(&route);
  }
}

Resource Router::find(std::string_view path) const {
  Resource resource;
  auto segments = decode(path);
  if (!segments) return resource;
  resource.segments_ = *std::move(segments);
  const auto found = std::find_if(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    return matches(pattern.segments, resource.segments_);
  });
  if (found != patterns_.end()) resource.routes_ = found->routes;
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
