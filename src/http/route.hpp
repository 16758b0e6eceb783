// What a route is, and what it is given.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/services.hpp"
#include "http/message.hpp"
#include "http/site.hpp"

namespace tenens::http {

/// Who a route is for. It decides how they prove themselves and in which words they are refused.
enum class Audience {
  backend,   // a server with a secret key
  frontend,  // a script in a browser, with a cookie, from an origin that is on the list
  page,      // a browser that navigates; answers are HTML
  open,      // anybody
};

struct Context {
  Services& services;
  const Site& site;
  const Request& request;
  const std::string& trace_id;
  const PathParams& path;  // what stood in the pattern's braces
  Caller caller = {};      // backend routes only
  Visitor visitor = {};    // all others

  [[nodiscard]] const std::string& id(std::string_view name) const { return *path.find(name); }
};

/// A reply, or everything that is wrong with the request.
using Answer = tl::expected<Reply, Failures>;

[[nodiscard]] inline tl::unexpected<Failures> refused(Failure failure) {
  return tl::unexpected(Failures{std::move(failure)});
}
[[nodiscard]] inline tl::unexpected<Failures> refused(Failures failures) {
  return tl::unexpected(std::move(failures));
}

/// What a route costs, where that is more than a look-up or one small write.
enum class Cost {
  little,
  signature,  // a private key's: queued for its own threads, and refused where too many wait
  long_read,  // of a table or a file: not where short requests would wait for it
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // `/v1/users/{user_id}`
  Audience audience;
  Answer (*handler)(const Context&);
  Cost cost = Cost::little;
};

/// The media type exactly so: with a charset behind it, Clerk's JavaScript SDK reads every body as
/// text.
inline constexpr std::string_view kJson = "application/json";

[[nodiscard]] inline Reply json(std::string body) {
  return {.content_type = kJson, .body = std::move(body)};
}

}  // namespace tenens::http
