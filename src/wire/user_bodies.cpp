// The server's side of `CreateUser` and `UpdateUser`: formats and limits. What is unique is the
// store's to say.
#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.hpp"
#include "wire/fields.hpp"
#include "wire/users.hpp"

namespace tenens::wire {
namespace {

using clerk_backend_api::Patch;

// Known to the API, not to us. Refused, because accepting them would lose what the caller meant.
constexpr auto kNotStoredOnCreate = std::to_array<std::string_view>(
    {"locale", "email_address_identification_status", "phone_number",
     "phone_number_identification_status", "web3_wallet", "password", "password_digest",
     "password_hasher", "totp_secret", "backup_codes", "delete_self_enabled", "legal_accepted_at",
     "skip_user_requirement", "create_organization_enabled", "create_organizations_limit",
     "created_at", "bypass_client_trust", "banned", "locked"});
constexpr auto kNotStoredOnUpdate = std::to_array<std::string_view>(
    {"locale", "primary_phone_number_id", "primary_web3_wallet_id", "profile_image_id", "password",
     "password_digest", "password_hasher", "sign_out_of_other_sessions", "totp_secret",
     "backup_codes", "delete_self_enabled", "create_organization_enabled", "legal_accepted_at",
     "create_organizations_limit", "created_at", "bypass_client_trust"});
// They switch off what we do not do anyway.
constexpr auto kWithoutEffectOnCreate = std::to_array<std::string_view>(
    {"skip_password_checks", "skip_password_requirement", "skip_legal_checks"});
constexpr auto kWithoutEffectOnUpdate = std::to_array<std::string_view>(
    {"skip_password_checks", "skip_legal_checks", "notify_primary_email_address_changed"});

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// Code points: every byte of UTF-8 that does not continue one.
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Not RFC 5322: only what would make an address useless or dangerous to show.
bool is_email_address(std::string_view text) {
  const auto at = text.find('@');
  return text.size() <= kMaxEmailBytes && at != std::string_view::npos && at != 0 &&
         at + 1 != text.size() && text.find('@', at + 1) == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) { return c == ' ' || is_control(c); });
}

bool is_username(std::string_view text) {
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= kMaxUsernameBytes &&
         std::all_of(text.begin(), text.end(), allowed);
}

void check_username(Fields& fields, const std::optional<std::string>& text) {
  if (text && !is_username(*text)) {
    fields.fault(Code::param_invalid, "username",
                 "must be 1 to 64 letters, digits, dots, hyphens and underscores");
  }
}

std::optional<std::string> name(Fields& fields, std::string_view param) {
  auto text = fields.string(param);
  if (text && characters_in(*text) > kMaxNameCharacters) {
    fields.fault(Code::param_invalid, param, "must be at most 256 characters");
  }
  return text;
}

std::optional<std::string> external_id(Fields& fields) {
  auto text = name(fields, "external_id");
  // It must be unique, so the empty one would be a trap for the second user who has none.
  if (text && text->empty()) fields.fault(Code::param_invalid, "external_id", "must not be empty");
  return text;
}

std::vector<std::string> email_addresses(Fields& fields) {
  std::vector<std::string> addresses;
  std::set<std::string> folded;  // as the store compares them
  const auto* array = fields.array("email_address");
  if (array == nullptr) return addresses;
  for (const auto& entry : *array) {
    const auto* text = entry.if_string();
    if (text == nullptr) {
      fields.fault(Code::param_wrong_type, "email_address", "string");
    } else if (!is_email_address(*text)) {
      fields.fault(Code::param_malformed, "email_address", "must be a valid email address");
    } else if (!folded.insert(to_lower(*text)).second) {
      fields.fault(Code::param_invalid, "email_address", "must not name an address twice");
    } else {
      addresses.push_back(*text);
    }
  }
  return addresses;
}

std::optional<Object> metadata(Fields& fields, std::string_view param) {
  const auto* object = fields.object(param);
  if (object == nullptr) return std::nullopt;
  if (clerk_backend_api::to_json(*object).size() > kMaxMetadataBytes) {
    fields.fault(Code::param_invalid, param, kMetadataTooLarge);
  }
  return *object;
}

template <std::size_t N, std::size_t M>
void check_the_rest(Fields& fields, const std::array<std::string_view, N>& without_effect,
                    const std::array<std::string_view, M>& not_stored) {
  for (const auto param : without_effect) static_cast<void>(fields.boolean(param));
  for (const auto param : not_stored) fields.refuse(param, "is not stored by tenensd");
  fields.refuse_unknown();
}

template <class T>
Patch<T> patch(const Fields& fields, std::string_view param, std::optional<T> value) {
  if (fields.is_null(param)) return nullptr;
  if (value) return *std::move(value);
  return {};
}

/// The blank string removes it as `null` does: clerk-sdk-go can send nothing else.
Patch<std::string> username_patch(Fields& fields) {
  auto text = fields.string("username");
  if (text == "") return nullptr;
  check_username(fields, text);
  return patch(fields, "username", std::move(text));
}

}  // namespace

Checked<CreateUserRequestBody> parse_create_user(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());

  Fields fields(*object);
  CreateUserRequestBody request;
  request.external_id = external_id(fields);
  request.username = fields.string("username");
  check_username(fields, request.username);
  request.first_name = name(fields, "first_name");
  request.last_name = name(fields, "last_name");
  request.email_address = email_addresses(fields);
  request.public_metadata = metadata(fields, "public_metadata");
  request.private_metadata = metadata(fields, "private_metadata");
  request.unsafe_metadata = metadata(fields, "unsafe_metadata");
  check_the_rest(fields, kWithoutEffectOnCreate, kNotStoredOnCreate);
  return fields.finish(std::move(request));
}

Checked<UpdateUserRequestBody> parse_update_user(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());

  Fields fields(*object);
  UpdateUserRequestBody request;
  request.external_id = patch(fields, "external_id", external_id(fields));
  request.username = username_patch(fields);
  request.first_name = patch(fields, "first_name", name(fields, "first_name"));
  request.last_name = patch(fields, "last_name", name(fields, "last_name"));
  request.primary_email_address_id =
      patch(fields, "primary_email_address_id", fields.string("primary_email_address_id"));
  request.public_metadata = patch(fields, "public_metadata", metadata(fields, "public_metadata"));
  request.private_metadata =
      patch(fields, "private_metadata", metadata(fields, "private_metadata"));
  request.unsafe_metadata = patch(fields, "unsafe_metadata", metadata(fields, "unsafe_metadata"));
  check_the_rest(fields, kWithoutEffectOnUpdate, kNotStoredOnUpdate);
  return fields.finish(std::move(request));
}

Checked<UserMetadata> parse_user_metadata(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());

  Fields fields(*object);
  UserMetadata request;
  request.public_metadata = metadata(fields, "public_metadata");
  request.private_metadata = metadata(fields, "private_metadata");
  request.unsafe_metadata = metadata(fields, "unsafe_metadata");
  fields.refuse_unknown();
  return fields.finish(std::move(request));
}

}  // namespace tenens::wire
