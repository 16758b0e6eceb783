#include "http/routes/routes.hpp"
#include "wire/json.hpp"

namespace tenens::http::routes::dev_browser {

/// clerk-js asks for one where no cookie of ours can reach it. We keep nothing about it: until
/// somebody signs in and it becomes the client's (add_client_cookies), it is a name and no more.
Answer create(const Context& context) {
  if (context.site.options().production) return refused(Failure{Code::url_not_found});
  const auto id = context.services.ids.make<DevBrowserId>();
  return json(wire::Writer().begin_object().member("id", id.text).end_object().take());
}

}  // namespace tenens::http::routes::dev_browser
