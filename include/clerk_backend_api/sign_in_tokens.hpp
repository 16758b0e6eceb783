// Sign-in tokens: let a user in without a password, once, as themselves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/secret.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"
#include "clerk_backend_api/word.hpp"

namespace clerk_backend_api {

/// `pending` until it is used or revoked. Expiry does not change the status.
struct SignInTokenStatus : Word {
  using Word::Word;
  static constexpr std::string_view pending = "pending";
  static constexpr std::string_view accepted = "accepted";
  static constexpr std::string_view revoked = "revoked";
};

/// Body of `CreateSignInToken` (POST /v1/sign_in_tokens).
struct CreateSignInTokenRequestBody {
  std::string user_id = {};                             ///< required; who will be signed in
  std::optional<std::string> org_id = {};               ///< the organization to sign in to
  std::optional<std::int64_t> expires_in_seconds = {};  ///< 1 and more; 2592000, thirty days
};

/// The `SignInToken` of the API.
struct SignInToken {
  std::string id = {};  ///< `sit_…`
  SignInTokenStatus status = {};
  std::string user_id = {};
  std::optional<Secret> token = {};  ///< the ticket; only in the answer to create
  std::optional<Secret> url = {};    ///< the link that carries the ticket; where `token` is
  std::int64_t created_at = 0;       ///< Unix time in milliseconds
  std::int64_t updated_at = 0;       ///< Unix time in milliseconds
  Object additional_fields = {};     ///< what the server sent beyond these, as it came; not wiped
};

namespace detail {
class Caller;
}

/// Reached as `Clerk::sign_in_tokens`. Thread-safe. Every operation can fail with
/// `unauthenticated`, `rate_limited`, `unavailable` and `cancelled` beside what it lists.
class CLERK_BACKEND_API_EXPORT SignInTokens {
 public:
  explicit SignInTokens(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// Creates a token that signs the user in once, as the user: the session has no actor, and
  /// nothing tells it from the user's own. To act on behalf of somebody make an actor token
  /// instead. `CreateSignInToken`.
  ///
  /// Not idempotent, and treated like `create_actor_token`: a lost reply is `in_doubt`.
  ///
  /// Errors: `unauthenticated` (403), `not_found` (404: no such user), `invalid_request` (422),
  /// `in_doubt`. `value()` throws ClerkErrors for 403, 404, 422.
  Result<SignInToken> create_sign_in_token(const CreateSignInTokenRequestBody& request,
                                           const RequestOptions& options = {}) const;

  /// Revokes a pending sign-in token. `RevokeSignInToken`. A session that it has opened goes on.
  ///
  /// Errors: `invalid_request` (400: not pending), `not_found` (404). `value()` throws ClerkErrors
  /// for these two.
  Result<SignInToken> revoke_sign_in_token(std::string_view sign_in_token_id,
                                           const RequestOptions& options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
