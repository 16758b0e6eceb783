#include "http/client_cookies.hpp"
#include "http/cookies.hpp"
#include "http/frontend_json.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http::routes::client {
namespace {

/// The cookie still says "signed in" after a back end has revoked the session, or "signed out"
/// though one has come back; a back end that believes it would send the browser round in circles.
bool claims_signed_in(const Request& request) {
  const auto uat = find_cookie(request, "__client_uat");
  return uat && *uat != "0";
}

}  // namespace

Answer get(const Context& context) {
  const auto view = context.services.sessions.client(context.visitor);
  if (!view) return refused(view.error());
  FrontendJson frontend(context);
  auto reply = json(envelope(*view ? frontend.client(**view) : "null", "null"));
  const bool signed_in = *view && !(*view)->sessions.empty();
  if (signed_in != claims_signed_in(context.request)) add_uat_cookies(reply, context, *view);
  return reply;
}

}  // namespace tenens::http::routes::client
