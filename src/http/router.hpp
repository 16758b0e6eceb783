// Finds the route of a request in one table.
#pragma once

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
  /// What the path has where the route's pattern has braces.
  [[nodiscard]] Params params(const Route& route) const;

 private:
  friend class Router;
  std::vector<std::string> segments_;
  std::span<const Route* const> routes_;
};

class Router {
 public:
  explicit Router(std::span<const Route> table);

  /// A path with an encoded slash or NUL, or badly encoded, is no path of ours. Neither is one with
  /// a slash at its end. Where two patterns match, the table's first wins.
  /// What it returns refers to this.
  [[nodiscard]] Resource find(std::string_view path) const;

 private:
  struct Pattern {
    std::vector<std::string_view> segments;
    std::vector<const Route*> routes;
  };
  std::vector<Pattern> patterns_;
};

/// The method that is meant: browsers of Clerk's send only GET and POST and name the others in the
/// query. On other than frontend routes the query names nothing.
[[nodiscard]] std::string_view meant_method(const Request& request, const Resource& resource);

/// Every route there is.
[[nodiscard]] std::span<const Route> route_table();

}  // namespace tenens::http
