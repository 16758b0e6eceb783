// Whose request is this? The session JWT in its headers or cookies, found and verified.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clerk_backend_api/claims.hpp"
#include "clerk_backend_api/token_fault.hpp"
#include "clerk_backend_api/verify_token.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// What matters here of a request that came to you; empty where it has no such header. Views:
/// nothing is kept after the call.
struct IncomingRequest {
  std::string_view method = "GET";
  std::string_view authorization = {};
  std::string_view cookie = {};  ///< the whole header; several joined with `; `
  std::string_view accept = {};
  std::string_view sec_fetch_dest = {};
};

struct AuthenticateRequestOptions {
  /// Set `authorized_parties` in it: cookies come along with requests that other sites have caused.
  VerifyTokenOptions verify_token = {};
  /// `pk_test_…` or `pk_live_…`: names the instance's cookies. Without it cookies are not read.
  std::string publishable_key = {};
  /// A `pending` session has signed in but still owes something, choosing an organization for
  /// instance. As in Clerk's own libraries it counts as signed out unless this is set.
  bool accept_pending_sessions = false;
};

enum class RequestStatus { signed_in, signed_out };

/// `"signed-in"`, `"signed-out"`.
[[nodiscard]] CLERK_BACKEND_API_EXPORT std::string_view to_string(RequestStatus status);

struct RequestState {
  RequestStatus status = RequestStatus::signed_out;
  /// Why it is signed out, in the words of Clerk's `@clerk/backend`: `session-token-expired`,
  /// `client-uat-but-no-session-token`, `token-invalid-signature`, …; empty when signed in. Two are
  /// ours: `publishable-key-invalid` and `session-pending`. Never holds anything of the request.
  std::string_view reason = {};
  std::optional<TokenFault> fault = {};  ///< more exactly, if there was a token to verify
  /// The browser may know more than its cookies say: Clerk's libraries would now redirect it to the
  /// Frontend API's `/v1/client/handshake`. True only for page loads (GET with `Sec-Fetch-Dest`
  /// `document` or `iframe`, or without it and `Accept: text/html`). This library does not
  /// redirect; to send the visitor to your sign-in page does as well.
  bool needs_handshake = false;
  std::optional<Claims> claims = {};  ///< when signed in

  [[nodiscard]] bool is_signed_in() const { return status == RequestStatus::signed_in; }
};

/// Looks for a session JWT and verifies it.
///
/// 1. `Authorization: Bearer …`: this token counts and nothing else; it is never mixed with the
///    cookies. Another scheme is not for us, and the cookies count.
/// 2. Cookies: the pair `__session` and `__client_uat`, with the suffix `_…` of this publishable
///    key if there are such, so that several instances can share `localhost`. A pair without the
///    suffix counts only if its token's `iss` is this instance. The token must not be older than
///    `__client_uat`, which changes when the browser signs in or out: 0 or absent is signed out.
///    With a test key there must be a `__clerk_db_jwt` beside it.
///
/// A signed-in page is still not proof of intent: what changes something needs your own protection
/// against forged requests where cookies carry the session.
///
/// Thread-safe; costs what `verify_token` costs.
[[nodiscard]] CLERK_BACKEND_API_EXPORT RequestState
authenticate_request(const IncomingRequest& request, const AuthenticateRequestOptions& options);

}  // namespace clerk_backend_api
