#include "http/cors.hpp"

namespace tenens::http {

Done check_origin(const Request& request, const Site& site) {
  const auto count = request.headers.count("origin");
  if (count == 0) return {};
  if (count > 1 || !site.admits(request.header("origin"))) return refuse(Code::origin_invalid);
  if (request.headers.find("authorization") != nullptr) {
    return refuse(Code::origin_with_authorization);
  }
  return {};
}

void add_cors_headers(Reply& reply, const Request& request, const Site& site) {
  // Also without an Origin: a cache must not give this reply to a page that has one.
  reply.headers.add("Vary", "Origin");
  const auto origin = request.header("origin");
  if (request.headers.count("origin") != 1 || !site.admits(origin)) return;
  reply.headers.add("Access-Control-Allow-Origin", std::string(origin));
  reply.headers.add("Access-Control-Allow-Credentials", "true");
  reply.headers.add("Access-Control-Expose-Headers",
                    "Date, Retry-After, X-Clerk-Trace-Id, Clerk-Db-Jwt");
}

Reply preflight(const std::string& allow) {
  Reply reply{.status = 204};
  reply.headers.add("Allow", allow);
  reply.headers.add("Access-Control-Allow-Methods", allow);
  reply.headers.add("Access-Control-Allow-Headers", "Content-Type");
  reply.headers.add("Access-Control-Max-Age", "600");
  return reply;
}

}  // namespace tenens::http
