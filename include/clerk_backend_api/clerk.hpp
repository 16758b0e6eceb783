// The client. This header is all a program needs.
#pragma once

#include "clerk_backend_api/actor_tokens.hpp"
#include "clerk_backend_api/audit_checkpoints.hpp"
#include "clerk_backend_api/audit_events.hpp"
#include "clerk_backend_api/authenticate_request.hpp"
#include "clerk_backend_api/error.hpp"
#include "clerk_backend_api/jwks.hpp"
#include "clerk_backend_api/listing.hpp"
#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/sessions.hpp"
#include "clerk_backend_api/sign_in_tokens.hpp"
#include "clerk_backend_api/testing_tokens.hpp"
#include "clerk_backend_api/users.hpp"
#include "clerk_backend_api/verify_token.hpp"
#include "clerk_backend_api/version.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// The Backend API of Clerk, or of a tenensd.
///
///     Clerk s{{.bearer_auth = "<YOUR_BEARER_TOKEN_HERE>"}};
///     auto res = s.actor_tokens.create_actor_token(
///         {.user_id = "user_1a2b3c", .actor = {{"sub", "user_2OEpKhcCN1Lat9NQ0G6puh7q5Rb"}}});
///
/// Make one and keep it: it holds the open connections. Thread-safe: any number of threads may call
/// at once, each call on a connection of its own. Copies are cheap and share the connections; calls
/// under way may outlive the Clerk they were made with. Constructing one never fails and sends
/// nothing; a missing key or a wrong `server_url` shows with the first call.
class CLERK_BACKEND_API_EXPORT Clerk {
 public:
  explicit Clerk(ClientOptions options);

  ActorTokens actor_tokens;
  SignInTokens sign_in_tokens;
  Users users;
  Sessions sessions;
  AuditEvents audit_events;
  AuditCheckpoints audit_checkpoints;
  TestingTokens testing_tokens;
  Jwks jwks;

 private:
  explicit Clerk(const std::shared_ptr<detail::Caller>& caller);
};

}  // namespace clerk_backend_api
