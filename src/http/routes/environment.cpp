#include "http/environment_json.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::environment {

/// Also for PATCH, with which clerk-js tells a development instance where its page stands: we know.
Answer get(const Context& context) {
  return json(environment_json(context.site, context.services.settings.single_session));
}

}  // namespace tenens::http::routes::environment
