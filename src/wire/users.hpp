// JSON <-> `User` and the bodies of `CreateUser` and `UpdateUser`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "clerk_backend_api/users.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::CreateUserRequestBody;
using clerk_backend_api::DeletedObject;
using clerk_backend_api::EmailAddress;
using clerk_backend_api::UpdateUserRequestBody;
using clerk_backend_api::User;

inline constexpr std::size_t kMaxEmailBytes = 254;  ///< RFC 5321, less the angle brackets
inline constexpr std::size_t kMaxNameCharacters = 256;
inline constexpr std::size_t kMaxUsernameBytes = 64;
inline constexpr std::size_t kMaxMetadataBytes = 8192;  ///< serialised, each of the three
inline constexpr const char* kMetadataTooLarge =
    "must be at most 8192 bytes of JSON, with at most 1024 names in an object";

/// The body of `UpdateUserMetadata` and `ReplaceUserMetadata`; what is absent stays as it is.
struct UserMetadata {
  std::optional<clerk_backend_api::Object> public_metadata = {};
  std::optional<clerk_backend_api::Object> private_metadata = {};
  std::optional<clerk_backend_api::Object> unsafe_metadata = {};
};

/// The API's `User` with every member that the API's schema requires; what we do not have is
/// `false`, `null` or empty.
[[nodiscard]] std::string to_json(const User& user);
[[nodiscard]] std::string to_json(const DeletedObject& deleted);
/// `{"object":"total_count","total_count":n}`
[[nodiscard]] std::string total_count_to_json(std::int64_t count);

/// The server's side of `CreateUser` and `UpdateUser`. Strict: reports every fault. A field that
/// the API knows and we do not store is refused rather than lost, unless it only switches off a
/// check that we do not make either. On create `null` counts as absent; on update it clears.
[[nodiscard]] Checked<CreateUserRequestBody> parse_create_user(std::string_view body);
[[nodiscard]] Checked<UpdateUserRequestBody> parse_update_user(std::string_view body);
[[nodiscard]] Checked<UserMetadata> parse_user_metadata(std::string_view body);

/// The client's side.
[[nodiscard]] std::string to_json(const CreateUserRequestBody& body);
[[nodiscard]] std::string to_json(const UpdateUserRequestBody& body);
/// Nothing if `id` or a time is missing or of another type.
[[nodiscard]] std::optional<User> parse_user(const Value& value);
[[nodiscard]] std::optional<DeletedObject> parse_deleted_object(const Value& value);
[[nodiscard]] std::optional<std::int64_t> parse_total_count(const Value& value);

}  // namespace tenens::wire
