// Users: the people of your application.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk_backend_api/listing.hpp"
#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/patch.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

struct EmailAddress {
  std::string id = {};  ///< `idn_…`
  std::string email_address = {};
  bool verified = false;
  std::int64_t created_at = 0;  ///< Unix time in milliseconds
  std::int64_t updated_at = 0;
  Object additional_fields = {};  ///< `verification` and the like, as they came
};

/// The API's `User`: what impersonation needs by name, everything else in `additional_fields`.
struct User {
  std::string id = {};  ///< `user_…`
  std::optional<std::string> external_id = {};
  std::optional<std::string> username = {};
  std::optional<std::string> first_name = {};
  std::optional<std::string> last_name = {};
  std::optional<std::string> primary_email_address_id = {};
  std::vector<EmailAddress> email_addresses = {};
  Object public_metadata = {};
  Object private_metadata = {};
  Object unsafe_metadata = {};
  bool banned = false;
  std::optional<std::int64_t> last_sign_in_at = {};  ///< Unix time in milliseconds
  std::optional<std::int64_t> last_active_at = {};
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  Object additional_fields = {};  ///< `phone_numbers`, `image_url`, …: as they came
};

/// Body of `CreateUser` (POST /v1/users). At least one of the identifying fields is needed.
struct CreateUserRequestBody {
  std::optional<std::string> external_id = {};
  std::optional<std::string> username = {};
  std::optional<std::string> first_name = {};
  std::optional<std::string> last_name = {};
  std::vector<std::string> email_address = {};  ///< the first becomes the primary one
  std::optional<Object> public_metadata = {};
  std::optional<Object> private_metadata = {};
  std::optional<Object> unsafe_metadata = {};
  /// `true`: no `password` is asked for where the instance uses passwords. Refused where they are
  /// the only way to sign in.
  std::optional<bool> skip_password_requirement = {};
  /// Sent along with these, in its order: `phone_number`, `password`, …. What a field above gives
  /// stays as it is.
  Object additional_fields = {};
};

/// Body of `UpdateUser` (PATCH /v1/users/{user_id}). See `Patch` for "leave", "clear" and "set".
struct UpdateUserRequestBody {
  Patch<std::string> external_id = {};
  Patch<std::string> username = {};
  Patch<std::string> first_name = {};
  Patch<std::string> last_name = {};
  Patch<std::string> primary_email_address_id = {};  ///< must be one of the user's own
  Patch<Object> public_metadata = {};                ///< replaces the whole object, does not merge
  Patch<Object> private_metadata = {};
  Patch<Object> unsafe_metadata = {};
  Object additional_fields = {};  ///< sent along, as in CreateUserRequestBody
};

/// Answer of `DeleteUser`.
struct DeletedObject {
  std::string object = {};  ///< `user`
  std::string id = {};
  bool deleted = false;
  Object additional_fields = {};  ///< what the server sent beyond these, as it came
};

/// What `list` and `count` look for. A field left empty does not filter; a list means "any of
/// these".
struct ListUsersRequest {
  std::vector<std::string> email_address = {};
  std::vector<std::string> user_id = {};
  std::vector<std::string> external_id = {};
  std::vector<std::string> username = {};
  std::optional<std::string> query = {};     ///< part of an id, address, username or name
  std::optional<std::string> order_by = {};  ///< `-created_at`, the newest first
  /// The id of a user: those that follow it. Not with an `offset`, nor with an `order_by` that is
  /// not of `created_at`.
  std::optional<std::string> starting_after = {};
  std::optional<std::int64_t> limit = {};   ///< 1 to 500; 10
  std::optional<std::int64_t> offset = {};  ///< 0
};

namespace detail {
class Caller;
}

/// Reached as `Clerk::users`. Thread-safe. Every operation can fail with `unauthenticated`,
/// `rate_limited`, `unavailable` and `cancelled` beside what it lists.
class CLERK_BACKEND_API_EXPORT Users {
 public:
  explicit Users(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// `CreateUser` (POST /v1/users). Not idempotent; an identifier makes it safe to repeat, since
  /// the second one is refused. Errors: `invalid_request` (400, 422), `in_doubt`.
  Result<User> create(const CreateUserRequestBody& request,
                      const RequestOptions& options = {}) const;

  /// One page of `GetUserList` (GET /v1/users). Errors: `invalid_request` (400, 422).
  Result<std::vector<User>> list(const ListUsersRequest& request = {},
                                 const RequestOptions& options = {}) const;

  /// All pages of `list`, fetched one by one while you iterate; see Listing. `limit` is the size of
  /// a page (100), `offset` where to begin. With `starting_after` instead, each page follows the
  /// last user of the one before: fast in long lists, too, and users that come or go shift nothing.
  Listing<User> list_all(ListUsersRequest request = {}, RequestOptions options = {}) const;

  /// How many `list` would give on all pages. `GetUsersCount` (GET /v1/users/count).
  Result<std::int64_t> count(const ListUsersRequest& request = {},
                             const RequestOptions& options = {}) const;

  /// `GetUser` (GET /v1/users/{user_id}). Errors: `not_found`.
  Result<User> get(std::string_view user_id, const RequestOptions& options = {}) const;

  /// `UpdateUser` (PATCH /v1/users/{user_id}). Errors: `invalid_request` (400, 422), `not_found`.
  Result<User> update(std::string_view user_id, const UpdateUserRequestBody& request,
                      const RequestOptions& options = {}) const;

  /// Deletes the user and with it every session. `DeleteUser` (DELETE /v1/users/{user_id}). A retry
  /// after a lost reply gets `not_found` although the first attempt succeeded.
  Result<DeletedObject> delete_user(std::string_view user_id,
                                    const RequestOptions& options = {}) const;

  /// No sign-in and no impersonation any more. `BanUser` (POST /v1/users/{user_id}/ban).
  /// Idempotent. Errors: `not_found`.
  Result<User> ban(std::string_view user_id, const RequestOptions& options = {}) const;

  /// `UnbanUser` (POST /v1/users/{user_id}/unban). Idempotent. Errors: `not_found`.
  Result<User> unban(std::string_view user_id, const RequestOptions& options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
