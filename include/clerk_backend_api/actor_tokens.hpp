// Actor tokens: let your users sign in on behalf of other users.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/listing.hpp"
#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/secret.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"
#include "clerk_backend_api/word.hpp"

namespace clerk_backend_api {

/// `pending` until it is redeemed or revoked. Expiry does not change the status.
struct ActorTokenStatus : Word {
  using Word::Word;
  static constexpr std::string_view pending = "pending";
  static constexpr std::string_view accepted = "accepted";
  static constexpr std::string_view revoked = "revoked";
};

/// Body of `CreateActorToken` (POST /v1/actor_tokens).
struct CreateActorTokenRequestBody {
  std::string user_id = {};  ///< required; the user to be impersonated
  /// Required; needs a non-empty string `sub`, the id of the one who acts. Everything else in it is
  /// kept as written and appears whole as the session JWT's `act` claim.
  Object actor = {};
  std::optional<std::int64_t> expires_in_seconds = {};               ///< life of the token; 3600
  std::optional<std::int64_t> session_max_duration_in_seconds = {};  ///< life of its session; 1800
  /// Extension, `tenensd` only (Clerk refuses the field): why, for the audit record; at most
  /// 1,024 bytes.
  std::optional<std::string> reason = {};
};

/// The `ActorToken` of the API.
struct ActorToken {
  std::string id = {};  ///< `act_…`
  ActorTokenStatus status = {};
  std::string user_id = {};
  Object actor = {};
  std::optional<Secret> token = {};  ///< the ticket; only in the answer to create
  std::optional<Secret> url = {};    ///< the link that carries the ticket; where `token` is
  std::int64_t created_at = 0;       ///< Unix time in milliseconds
  std::int64_t updated_at = 0;       ///< Unix time in milliseconds
  // Extensions: only `tenensd` sends these, and only on its own routes (list, get, end).
  std::optional<std::int64_t> expires_at = {};  ///< Unix time in milliseconds
  std::optional<std::string> session_id = {};   ///< the session the token opened
  std::optional<std::string> reason = {};
  Object additional_fields = {};  ///< what the server sent beyond these, as it came; not wiped
};

/// One page, newest first; `total_count` counts all pages.
struct ActorTokenList {
  std::vector<ActorToken> data = {};
  std::int64_t total_count = 0;
};

/// What `list` looks for. A field left empty does not filter.
struct ListActorTokensRequest {
  std::optional<std::string> user_id = {};    ///< who is impersonated
  std::optional<std::string> actor_sub = {};  ///< who acts
  std::optional<ActorTokenStatus> status = {};
  std::optional<std::int64_t> limit = {};   ///< 1 to 500; 10
  std::optional<std::int64_t> offset = {};  ///< 0
};

namespace detail {
class Caller;
}

/// Reached as `Clerk::actor_tokens`. Thread-safe. Every operation blocks until the answer, the
/// timeout or the stop token, and can fail with `unauthenticated`, `rate_limited`, `unavailable`
/// and `cancelled` beside what it lists.
class CLERK_BACKEND_API_EXPORT ActorTokens {
 public:
  explicit ActorTokens(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// Creates an actor token that can be used to impersonate the given user. `CreateActorToken`.
  ///
  /// The ticket and its link are in this answer and nowhere else, ever: a token whose answer got
  /// lost can be revoked but not used. Hand the link to the actor by a private way; whoever opens
  /// it first is signed in as the user.
  ///
  /// Not idempotent: two calls make two tokens. A lost reply is `in_doubt` and is not retried,
  /// except as RetryConfig and `server_honours_idempotency_key` describe.
  ///
  /// Errors: `invalid_request` (400, 422: a field is missing or wrong, or the quota is used up),
  /// `payment_required` (402), `not_found` (404: no such user), `conflict` (409: the idempotency
  /// key was used for another body), `in_doubt`. `value()` throws ClerkErrors for 400, 402, 422.
  Result<ActorToken> create_actor_token(const CreateActorTokenRequestBody& request,
                                        const RequestOptions& options = {}) const;

  /// Revokes a pending actor token: nobody can redeem it any more. `RevokeActorToken`.
  ///
  /// It does NOT end a session that the token has already opened: for an accepted token the answer
  /// is 400. Use `end` on tenensd, or `sessions.revoke`. Harmless to repeat, but not idempotent in
  /// its answer: the second call gets that 400, also when the first one's reply was lost and
  /// retried. `Error::earlier_attempt_in_doubt` says that this may be so.
  ///
  /// Errors: `invalid_request` (400: not pending), `not_found` (404). `value()` throws ClerkErrors
  /// for these two.
  Result<ActorToken> revoke_actor_token(std::string_view actor_token_id,
                                        const RequestOptions& options = {}) const;

  /// Extension of tenensd (GET /v1/actor_tokens). The way out of `in_doubt`: look for the
  /// `actor_sub`.
  Result<ActorTokenList> list(const ListActorTokensRequest& request = {},
                              const RequestOptions& options = {}) const;

  /// All pages of `list`, fetched one by one while you iterate; see Listing. `limit` is the size of
  /// a page (100), `offset` where to begin.
  Listing<ActorToken> list_all(ListActorTokensRequest request = {},
                               RequestOptions options = {}) const;

  /// Extension of tenensd (GET /v1/actor_tokens/{id}). Errors: `not_found`.
  Result<ActorToken> get(std::string_view actor_token_id, const RequestOptions& options = {}) const;

  /// Ends everything the token allows, whatever its state: revokes it if it is pending, and ends
  /// the session that it opened. Idempotent. Extension of tenensd (POST /v1/actor_tokens/{id}/end).
  ///
  /// A session JWT that is already out stays valid until it expires, within a minute.
  /// Errors: `not_found`.
  Result<ActorToken> end(std::string_view actor_token_id, const RequestOptions& options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
