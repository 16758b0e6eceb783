// What a client sees of users. The server's side, with its rules, is in user_bodies.cpp.
#include "wire/users.hpp"

#include <utility>

#include "wire/members.hpp"

namespace tenens::wire {
namespace {

void write(Writer& writer, const EmailAddress& email) {
  writer.begin_object()
      .member("id", email.id)
      .member("object", "email_address")
      .member("email_address", email.email_address)
      .member("reserved", false)
      .name("verification");
  if (email.verified) {
    // Whoever holds the secret key has vouched for the address; we never send mail.
    writer.begin_object()
        .member("object", "verification_admin")
        .member("status", "verified")
        .member("strategy", "admin")
        .name("attempts")
        .null()
        .name("expire_at")
        .null()
        .end_object();
  } else {
    writer.null();
  }
  writer.name("linked_to")
      .raw("[]")
      .member("matches_sso_connection", false)
      .member("created_at", email.created_at)
      .member("updated_at", email.updated_at)
      .end_object();
}

void write_identity(Writer& writer, const User& user) {
  writer.member("id", user.id)
      .member("object", "user")
      .member_or_null("external_id", user.external_id)
      .member_or_null("username", user.username)
      .member_or_null("first_name", user.first_name)
      .member_or_null("last_name", user.last_name)
      .name("locale")
      .null()
      .member_or_null("primary_email_address_id", user.primary_email_address_id)
      .name("email_addresses")
      .begin_array();
  for (const auto& email : user.email_addresses) write(writer, email);
  writer.end_array()
      .member("public_metadata", user.public_metadata)
      .member("private_metadata", user.private_metadata)
      .member("unsafe_metadata", user.unsafe_metadata);
}

/// Official SDKs refuse a user that lacks one of these.
void write_what_we_do_not_have(Writer& writer) {
  for (const std::string_view name :
       {"primary_phone_number_id", "primary_web3_wallet_id", "password_last_updated_at",
        "mfa_enabled_at", "mfa_disabled_at", "lockout_expires_in_seconds",
        "verification_attempts_remaining", "create_organizations_limit", "legal_accepted_at"}) {
    writer.name(name).null();
  }
  for (const std::string_view name :
       {"has_image", "password_enabled", "two_factor_enabled", "totp_enabled",
        "backup_code_enabled", "locked", "deprovisioned", "delete_self_enabled",
        "create_organization_enabled", "bypass_client_trust"}) {
    writer.member(name, false);
  }
  for (const std::string_view name :
       {"phone_numbers", "web3_wallets", "passkeys", "external_accounts", "saml_accounts",
        "enterprise_accounts", "organization_memberships"}) {
    writer.name(name).raw("[]");
  }
  writer.member("image_url", "");
}

bool is_verified(const Value& email) {
  Members members(email);
  const auto verification = members.object("verification");
  const auto* status = verification ? verification->find("status") : nullptr;
  return status != nullptr && *status == Value("verified");
}

std::optional<EmailAddress> parse_email_address(const Value& value) {
  Members members(value);
  EmailAddress email;
  email.id = members.string("id").value_or("");
  email.email_address = members.required_string("email_address");
  email.verified = is_verified(value);
  email.created_at = members.integer("created_at").value_or(0);
  email.updated_at = members.integer("updated_at").value_or(0);
  email.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return email;
}

void set_if(Object& body, const char* name, const auto& content) {
  if (content) body.set(name, *content);
}

void set_if_given(Object& body, const char* name, const auto& patch) {
  if (patch.given()) body.set(name, patch.value() ? Value(*patch.value()) : Value());
}

/// `body` and what it has not named.
std::string to_json_with(const Object& additional, Object body) {
  for (const auto& [name, value] : additional) {
    if (body.find(name) == nullptr) body.set(name, value);
  }
  return clerk_backend_api::to_json(body);
}

}  // namespace

std::string to_json(const User& user) {
  Writer writer;
  writer.begin_object();
  write_identity(writer, user);
  writer.member("banned", user.banned)
      .member_or_null("last_sign_in_at", user.last_sign_in_at)
      .member_or_null("last_active_at", user.last_active_at)
      .member("created_at", user.created_at)
      .member("updated_at", user.updated_at);
  write_what_we_do_not_have(writer);
  return writer.end_object().take();
}

std::string to_json(const DeletedObject& deleted) {
  return Writer()
      .begin_object()
      .member("id", deleted.id)
      .member("object", deleted.object)
      .member("deleted", deleted.deleted)
      .end_object()
      .take();
}

std::string total_count_to_json(std::int64_t count) {
  return Writer()
      .begin_object()
      .member("object", "total_count")
      .member("total_count", count)
      .end_object()
      .take();
}

std::string to_json(const CreateUserRequestBody& body) {
  Object json;
  set_if(json, "external_id", body.external_id);
  set_if(json, "username", body.username);
  set_if(json, "first_name", body.first_name);
  set_if(json, "last_name", body.last_name);
  const auto& addresses = body.email_address;
  if (!addresses.empty()) json.set("email_address", Array(addresses.begin(), addresses.end()));
  set_if(json, "public_metadata", body.public_metadata);
  set_if(json, "private_metadata", body.private_metadata);
  set_if(json, "unsafe_metadata", body.unsafe_metadata);
  set_if(json, "skip_password_requirement", body.skip_password_requirement);
  return to_json_with(body.additional_fields, std::move(json));
}

std::string to_json(const UpdateUserRequestBody& body) {
  Object json;
  set_if_given(json, "external_id", body.external_id);
  set_if_given(json, "username", body.username);
  set_if_given(json, "first_name", body.first_name);
  set_if_given(json, "last_name", body.last_name);
  set_if_given(json, "primary_email_address_id", body.primary_email_address_id);
  set_if_given(json, "public_metadata", body.public_metadata);
  set_if_given(json, "private_metadata", body.private_metadata);
  set_if_given(json, "unsafe_metadata", body.unsafe_metadata);
  return to_json_with(body.additional_fields, std::move(json));
}

std::optional<User> parse_user(const Value& value) {
  Members members(value);
  User user;
  user.id = members.required_string("id");
  user.external_id = members.string("external_id");
  user.username = members.string("username");
  user.first_name = members.string("first_name");
  user.last_name = members.string("last_name");
  user.primary_email_address_id = members.string("primary_email_address_id");
  if (const auto* emails = members.array("email_addresses")) {
    for (const auto& entry : *emails) {
      if (auto email = parse_email_address(entry))
        user.email_addresses.push_back(*std::move(email));
    }
  }
  user.public_metadata = members.object("public_metadata").value_or(Object{});
  user.private_metadata = members.object("private_metadata").value_or(Object{});
  user.unsafe_metadata = members.object("unsafe_metadata").value_or(Object{});
  user.banned = members.boolean_or("banned", false);
  user.last_sign_in_at = members.integer("last_sign_in_at");
  user.last_active_at = members.integer("last_active_at");
  user.created_at = members.required_integer("created_at");
  user.updated_at = members.required_integer("updated_at");
  user.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return user;
}

std::optional<DeletedObject> parse_deleted_object(const Value& value) {
  Members members(value);
  DeletedObject deleted{.object = members.required_string("object"),
                        .id = members.string("id").value_or(""),
                        .deleted = members.boolean_or("deleted", false)};
  deleted.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return deleted;
}

std::optional<std::int64_t> parse_total_count(const Value& value) {
  return Members(value).integer("total_count");
}

}  // namespace tenens::wire
