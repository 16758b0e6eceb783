// Sessions: what a redeemed actor token opens.
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

struct SessionStatus : Word {
  using Word::Word;
  static constexpr std::string_view active = "active";
  static constexpr std::string_view pending = "pending";  ///< of Clerk's: tasks are left to do
  static constexpr std::string_view revoked = "revoked";
  static constexpr std::string_view ended = "ended";
  static constexpr std::string_view expired = "expired";      ///< its maximum duration has passed
  static constexpr std::string_view abandoned = "abandoned";  ///< its idle limit has passed
  static constexpr std::string_view removed = "removed";
  static constexpr std::string_view replaced = "replaced";
};

/// The API's `Session`. All times are Unix times in milliseconds.
struct Session {
  std::string id = {};  ///< `sess_…`
  std::string user_id = {};
  std::string client_id = {};
  std::optional<Object> actor = {};  ///< who acts, in an impersonated session
  SessionStatus status = {};
  std::int64_t last_active_at = 0;
  std::int64_t expire_at = 0;   ///< end of the maximum duration
  std::int64_t abandon_at = 0;  ///< end of the idle limit, if nothing happens
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  /// Extension of `tenensd`: the token that opened it.
  std::optional<std::string> actor_token_id = {};
  Object additional_fields = {};  ///< what the server sent beyond these, as it came
};

/// Body of `createSession` (POST /v1/sessions).
struct CreateSessionRequestBody {
  std::string user_id = {};                                ///< required; whose session it will be
  std::optional<std::string> active_organization_id = {};  ///< the organization to be active in it
};

/// Body of `CreateSessionToken`.
struct CreateSessionTokenRequestBody {
  std::optional<std::int64_t> expires_in_seconds = {};  ///< life of the JWT, 30 to 315360000; 60
};

/// Answer of `CreateSessionToken` (POST /v1/sessions/{session_id}/tokens).
struct SessionToken {
  Secret jwt = {};  ///< lives for a minute; carries `act` if the session is impersonated
  Object additional_fields = {};  ///< what the server sent beyond it, as it came; not wiped
};

/// One page, newest first; `total_count` counts all pages.
struct SessionList {
  std::vector<Session> data = {};
  std::int64_t total_count = 0;
};

/// What `list` looks for. A field left empty does not filter. Clerk wants `user_id` or `client_id`.
struct ListSessionsRequest {
  std::optional<std::string> user_id = {};
  std::optional<std::string> client_id = {};
  std::optional<SessionStatus> status = {};
  std::optional<std::string> actor_sub = {};  ///< extension of `tenensd`: who acts in it
  std::optional<std::int64_t> limit = {};     ///< 1 to 500; 10
  std::optional<std::int64_t> offset = {};    ///< 0
};

namespace detail {
class Caller;
}

/// Reached as `Clerk::sessions`. Thread-safe. Every operation can fail with `unauthenticated`,
/// `rate_limited`, `unavailable` and `cancelled` beside what it lists.
class CLERK_BACKEND_API_EXPORT Sessions {
 public:
  explicit Sessions(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// `GetSessionList` (GET /v1/sessions). Errors: `invalid_request` (400, 422).
  Result<SessionList> list(const ListSessionsRequest& request = {},
                           const RequestOptions& options = {}) const;

  /// All pages of `list`, fetched one by one while you iterate; see Listing. `limit` is the size of
  /// a page (100), `offset` where to begin.
  Listing<Session> list_all(ListSessionsRequest request = {}, RequestOptions options = {}) const;

  /// `GetSession` (GET /v1/sessions/{session_id}). Errors: `not_found`.
  Result<Session> get(std::string_view session_id, const RequestOptions& options = {}) const;

  /// A session of the user's own without a browser, to test a back end with: `create_token` gives
  /// its JWTs. Development instances only. `createSession` (POST /v1/sessions).
  ///
  /// Not idempotent, and treated like `create_actor_token`: a lost reply is `in_doubt`.
  /// Errors: `invalid_request` (400: a production instance; 422), `not_found` (no such user),
  /// `in_doubt`.
  Result<Session> create(const CreateSessionRequestBody& request,
                         const RequestOptions& options = {}) const;

  /// Signs the session out. `RevokeSession` (POST /v1/sessions/{session_id}/revoke).
  ///
  /// A JWT that is already out stays valid until it expires, within a minute by default: a server
  /// that verifies offline does not hear of the revocation before that.
  /// Errors: `invalid_request` (400), `not_found`.
  Result<Session> revoke(std::string_view session_id, const RequestOptions& options = {}) const;

  /// A new JWT for the session. `CreateSessionToken` (POST /v1/sessions/{session_id}/tokens).
  ///
  /// Counts as activity: an impersonated session that is asked for tokens does not go idle.
  /// Errors: `invalid_request` (422), `not_found` (also: no longer active).
  Result<SessionToken> create_token(std::string_view session_id,
                                    const CreateSessionTokenRequestBody& request = {},
                                    const RequestOptions& options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
