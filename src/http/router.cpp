#include "http/router.hpp"

#include <optional>

#include "http/url_text.hpp"

namespace tenens::http {
namespace {

std::optional<std::vector<std::string>> split(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    auto segment = percent_decode(path.substr(0, end));
    if (!segment || segment->find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
      return std::nullopt;
    }
    segments.push_back(*std::move(segment));
    path.remove_prefix(end);
  }
  return segments;
}

/// Calls `visit(pattern segment, path segment)` for each pair; false as soon as it says so, or if
/// there are not as many of one as of the other.
template <class Visit>
bool compare(std::string_view pattern, const std::vector<std::string>& segments, Visit visit) {
  for (const auto& segment : segments) {
    if (pattern.empty()) return false;
    pattern.remove_prefix(1);
    const auto end = std::min(pattern.find('/'), pattern.size());
    if (!visit(pattern.substr(0, end), segment)) return false;
    pattern.remove_prefix(end);
  }
  return pattern.empty();
}

bool is_placeholder(std::string_view segment) {
  return segment.starts_with('{');
}

bool matches(std::string_view pattern, const std::vector<std::string>& segments) {
  return compare(pattern, segments, [](std::string_view wanted, const std::string& segment) {
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
  compare(route.pattern, segments_, [&](std::string_view wanted, const std::string& segment) {
    if (is_placeholder(wanted)) {
      params.add(std::string(wanted.substr(1, wanted.size() - 2)), segment);
    }
    return true;
  });
  return params;
}

Resource Router::find(std::string_view path) const {
  Resource resource;
  auto segments = split(path);
  if (!segments) return resource;
  resource.segments_ = *std::move(segments);
  auto& routes = resource.routes_;
  for (const auto& route : table_) {
    const bool other = !routes.empty() && routes.front()->pattern != route.pattern;
    if (!other && matches(route.pattern, resource.segments_)) routes.push_back(&route);
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
