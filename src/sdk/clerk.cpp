#include "clerk_backend_api/clerk.hpp"

#include "sdk/caller.hpp"
#include "sdk/transport_curl.hpp"

namespace clerk_backend_api {
namespace {

std::shared_ptr<detail::Caller> make_caller(ClientOptions options) {
  if (!options.transport) options.transport = detail::make_curl_transport(options.ca_file);
  return std::make_shared<detail::Caller>(std::move(options),
                                          std::make_unique<detail::SystemTiming>());
}

}  // namespace

Clerk::Clerk(ClientOptions options) : Clerk(make_caller(std::move(options))) {}

Clerk::Clerk(const std::shared_ptr<detail::Caller>& caller)
    : actor_tokens(caller),
      sign_in_tokens(caller),
      users(caller),
      sessions(caller),
      audit_events(caller),
      audit_checkpoints(caller),
      testing_tokens(caller),
      jwks(caller) {}

}  // namespace clerk_backend_api
