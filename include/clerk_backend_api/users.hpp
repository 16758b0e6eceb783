// Users: the people of your application.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clerk_backend_api/value.hpp"

namespace clerk_backend_api {

struct EmailAddress {
  std::string id;  ///< `idn_…`
  std::string email_address;
  bool verified = false;
  std::int64_t created_at = 0;  ///< Unix time in milliseconds
  std::int64_t updated_at = 0;
};

/// The part of the API's `User` that impersonation needs. `tenensd` sends every field the API
/// requires; this library reads these and ignores the rest.
struct User {
  std::string id;  ///< `user_…`
  std::optional<std::string> external_id;
  std::optional<std::string> username;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> primary_email_address_id;
  std::vector<EmailAddress> email_addresses;
  Object public_metadata;
  Object private_metadata;
  Object unsafe_metadata;
  bool banned = false;
  std::optional<std::int64_t> last_sign_in_at;  ///< Unix time in milliseconds
  std::optional<std::int64_t> last_active_at;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
};

/// Body of `CreateUser` (POST /v1/users). At least one of the identifying fields is needed.
struct CreateUserRequestBody {
  std::optional<std::string> external_id;
  std::optional<std::string> username;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::vector<std::string> email_address;  ///< the first becomes the primary one
  std::optional<Object> public_metadata;
  std::optional<Object> private_metadata;
  std::optional<Object> unsafe_metadata;
};

/// Body of `UpdateUser` (PATCH /v1/users/{user_id}). A field left empty is left as it is.
struct UpdateUserRequestBody {
  std::optional<std::string> external_id;
  std::optional<std::string> username;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> primary_email_address_id;
  std::optional<Object> public_metadata;
  std::optional<Object> private_metadata;
  std::optional<Object> unsafe_metadata;
};

/// Answer of `DeleteUser`.
struct DeletedObject {
  std::string object;  ///< `user`
  std::string id;
  bool deleted = false;
};

}  // namespace clerk_backend_api
