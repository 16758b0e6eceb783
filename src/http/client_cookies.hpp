// The cookies that make a browser a client.
#pragma once

#include "core/sign_ins.hpp"
#include "http/route.hpp"

namespace tenens::http {

/// After a sign-in: the new `__client`, and in production `__client_uat`, by which back ends notice
/// that their session JWT is older than the sign-in. (In development clerk-js writes that one.)
void add_client_cookies(Reply& reply, const Context& context, const SignedIn& signed_in);

/// `__client_uat` after sessions have come or gone: 0 where none is left. `__client` stays, as with
/// Clerk.
void add_uat_cookies(Reply& reply, const Context& context, const std::optional<ClientView>& view);

/// For an application whose back end renders a page before clerk-js has run there: in development,
/// too, it has to see that its session cookie is of an earlier session.
void tell_application(Reply& reply, const Context& context, const SignedIn& signed_in);

/// The domain of `__client_uat`, or empty: this host alone.
[[nodiscard]] std::string uat_domain(const Context& context);

}  // namespace tenens::http
