// Every route there is. Clerk's paths answer as Clerk does; what is ours is marked.
#include <array>

#include "http/router.hpp"
#include "http/routes/routes.hpp"

namespace tenens::http {
namespace {

using enum Audience;
using enum Cost;
namespace r = routes;

constexpr auto kRoutes = std::to_array<Route>({
    {"POST", "/v1/actor_tokens", backend, r::actor_tokens::create},
    {"POST", "/v1/actor_tokens/{actor_token_id}/revoke", backend, r::actor_tokens::revoke},
    {"GET", "/v1/actor_tokens", backend, r::actor_tokens::list, long_read},            // ours
    {"GET", "/v1/actor_tokens/{actor_token_id}", backend, r::actor_tokens::get},       // ours
    {"POST", "/v1/actor_tokens/{actor_token_id}/end", backend, r::actor_tokens::end},  // ours

    {"POST", "/v1/sign_in_tokens", backend, r::sign_in_tokens::create},
    {"POST", "/v1/sign_in_tokens/{sign_in_token_id}/revoke", backend, r::sign_in_tokens::revoke},

    {"POST", "/v1/users", backend, r::users::create},
    {"GET", "/v1/users", backend, r::users::list, long_read},
    {"GET", "/v1/users/count", backend, r::users::count, long_read},
    {"GET", "/v1/users/{user_id}", backend, r::users::get},
    {"PATCH", "/v1/users/{user_id}", backend, r::users::update},
    {"PATCH", "/v1/users/{user_id}/metadata", backend, r::users::merge_metadata},
    {"PUT", "/v1/users/{user_id}/metadata", backend, r::users::replace_metadata},
    {"DELETE", "/v1/users/{user_id}", backend, r::users::remove},
    {"POST", "/v1/users/{user_id}/ban", backend, r::users::ban},
    {"POST", "/v1/users/{user_id}/unban", backend, r::users::unban},

    {"POST", "/v1/sessions", backend, r::sessions::create},
    {"GET", "/v1/sessions", backend, r::sessions::list, long_read},
    {"GET", "/v1/sessions/{session_id}", backend, r::sessions::get},
    {"POST", "/v1/sessions/{session_id}/revoke", backend, r::sessions::revoke},
    {"POST", "/v1/sessions/{session_id}/tokens", backend, r::sessions::create_token, signature},

    {"POST", "/v1/testing_tokens", backend, r::testing_tokens::create},
    {"GET", "/v1/clients/handshake_payload", backend, r::handshake::payload, signature},
    {"GET", "/v1/jwks", backend, r::jwks::for_backend},
    {"GET", "/v1/audit_events", backend, r::audit_events::list, long_read},            // ours
    {"GET", "/v1/audit_checkpoints", backend, r::audit_checkpoints::list, long_read},  // ours

    {"GET", "/v1/environment", frontend, r::environment::get},
    {"PATCH", "/v1/environment", frontend, r::environment::get},
    {"GET", "/v1/client", frontend, r::client::get, signature},
    {"DELETE", "/v1/client", frontend, r::client_sessions::remove_all, signature},
    {"GET", "/v1/client/handshake", open, r::handshake::get, signature},
    {"POST", "/v1/dev_browser", frontend, r::dev_browser::create},
    {"POST", "/v1/client/sign_ins", frontend, r::sign_ins::create, signature},
    {"GET", "/v1/me", frontend, r::me::get, signature},
    {"GET", "/v1/me/sessions/active", frontend, r::me::sessions, long_read},
    {"POST", "/v1/me/sessions/{session_id}/revoke", frontend, r::me::revoke_session, signature},
    {"GET", "/v1/client/sessions/{session_id}", frontend, r::client_sessions::get, signature},
    {"DELETE", "/v1/client/sessions", frontend, r::client_sessions::remove_all, signature},
    {"POST", "/v1/client/sessions/{session_id}/touch", frontend, r::client_sessions::touch,
     signature},
    {"POST", "/v1/client/sessions/{session_id}/tokens", frontend, r::client_sessions::create_token,
     signature},
    {"POST", "/v1/client/sessions/{session_id}/end", frontend, r::client_sessions::end, signature},
    {"POST", "/v1/client/sessions/{session_id}/remove", frontend, r::client_sessions::remove,
     signature},

    {"GET", "/v1/tickets/accept", page, r::tickets::show},
    {"POST", "/v1/tickets/accept", page, r::tickets::accept},                  // ours
    {"GET", "/v1/tickets/session", page, r::ticket_session::show, signature},  // ours
    {"POST", "/v1/tickets/session", page, r::ticket_session::end},             // ours

    {"GET", "/v1/health", open, r::health::get},
    {"GET", "/v1/openapi.json", open, r::openapi::get},  // ours
    {"GET", "/.well-known/jwks.json", open, r::jwks::for_everybody},
    {"GET", "/npm/@clerk/{package}/dist/{file}", open, r::npm::get, long_read},
    {"GET", "/tenens/{asset}", open, r::assets::get},   // ours
    {"GET", "/v1/banner.js", open, r::assets::banner},  // ours
});

}  // namespace

std::span<const Route> route_table() {
  return kRoutes;
}

}  // namespace tenens::http
