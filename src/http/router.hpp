// Finds the route of a request in one table.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.hpp"

namespace tenens::http {

/// All routes of one path.
class Resource {
 public:
  [[nodiscard]] bool exists() const { return !routes_.empty(); }
  /// What may be logged in place of the path, in which callers now and then put a secret.
  [[nodiscard]] std::string_view pattern() const {
    return exists() ? routes_.front()->pattern : "unknown";
  }
  [[nodiscard]] bool serves(Audience audience) const;
  /// The route of that method; HEAD is served by GET. nullptr if the method is not allowed.
  [[nodiscard]] const Route* find(std::string_view method) const;
  /// The value of an `Allow` header.
  [[nodiscard]] std::string allow() const;
  /// What the path has where the routes' pattern has braces.
  [[nodiscard]] const PathParams& params() const { return params_; }

 private:
  friend class Router;
  std::span<const Route* const> routes_;
  PathParams params_;
};

class Router {
 public:
  /// Throws std::length_error if a pattern has more segments than there is room for.
  explicit Router(std::span<const Route> table);

  /// A path with an encoded slash or NUL, or badly encoded, is no path of ours. Neither is one with
  /// a slash at its end. Where two patterns match, the table's first wins.
  /// What it returns refers to this.
  [[nodiscard]] Resource find(std::string_view path) const;

 private:
  static constexpr std::size_t kMostSegments = 8;

  /// What stands between the slashes of a path.
  struct Segments {
    std::array<std::string_view, kMostSegments> all;
    std::size_t count = 0;
  };
  struct Pattern {
    Segments segments;
    std::vector<const Route*> routes;
  };

  static std::optional<Segments> split(std::string_view path);
  static bool matches(const Segments& pattern, const Segments& path);
  static PathParams params(const Segments& pattern, const Segments& path);

  std::array<std::vector<Pattern>, kMostSegments + 1> patterns_;  // by their number of segments
};

/// The method that is meant: browsers of Clerk's send only GET and POST and name the others in the
/// query. On other than frontend routes the query names nothing.
[[nodiscard]] std::string_view meant_method(const Request& request, const Resource& resource);

/// Every route there is.
[[nodiscard]] std::span<const Route> route_table();

}  // namespace tenens::http
