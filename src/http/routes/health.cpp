#include "http/routes/routes.hpp"

namespace tenens::http::routes::health {

Answer get(const Context& context) {
  if (const auto well = context.services.health(); !well) return refused(well.error());
  return json(R"({"status":"ok"})");
}

}  // namespace tenens::http::routes::health
