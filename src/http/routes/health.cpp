#include "http/routes/routes.hpp"

namespace tenens::http::routes::health {

/// Well is who can read the store: a browser that is nobody costs it one empty transaction.
Answer get(const Context& context) {
  const auto read = context.services.sessions.client(
      Visitor{.instance_id = context.visitor.instance_id, .address = {}, .origin = {}});
  if (!read) return refused(read.error());
  return json(R"({"status":"ok"})");
}

}  // namespace tenens::http::routes::health
