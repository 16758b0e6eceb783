#include "wire/users.hpp"

#include <gtest/gtest.h>

namespace tenens::wire {
namespace {

template <class Body>
std::string faults_of(const Checked<Body>& body) {
  if (body) return "";
  std::string text;
  for (const auto& failure : body.error()) {
    if (!text.empty()) text += " | ";
    text +=
        std::to_string(static_cast<int>(failure.code)) + ":" + failure.param + ":" + failure.detail;
  }
  return text;
}

std::string fault(Code code, const std::string& param, const std::string& detail = "") {
  return std::to_string(static_cast<int>(code)) + ":" + param + ":" + detail;
}

const User kAda{.id = "user_1",
                .external_id = "4711",
                .username = std::nullopt,
                .first_name = "Ada",
                .last_name = std::nullopt,
                .primary_email_address_id = "idn_1",
                .email_addresses = {{"idn_1", "ada@example.com", true, 1, 2}},
                .public_metadata = {{"plan", "pro"}},
                .last_sign_in_at = 5,
                .created_at = 3,
                .updated_at = 4};

TEST(WireUsers, AUserHasEveryMemberThatTheSchemaRequires) {
  const auto json = *clerk_backend_api::parse_json(to_json(kAda));
  // From the schemas `User` and `EmailAddress` of the Backend API, version 2026-05-12.
  for (const auto* name : {"id",
                           "object",
                           "username",
                           "first_name",
                           "last_name",
                           "has_image",
                           "primary_email_address_id",
                           "primary_phone_number_id",
                           "primary_web3_wallet_id",
                           "password_enabled",
                           "two_factor_enabled",
                           "totp_enabled",
                           "backup_code_enabled",
                           "email_addresses",
                           "phone_numbers",
                           "web3_wallets",
                           "passkeys",
                           "external_accounts",
                           "saml_accounts",
                           "enterprise_accounts",
                           "public_metadata",
                           "external_id",
                           "last_sign_in_at",
                           "banned",
                           "locked",
                           "lockout_expires_in_seconds",
                           "verification_attempts_remaining",
                           "created_at",
                           "updated_at",
                           "delete_self_enabled",
                           "create_organization_enabled",
                           "last_active_at",
                           "mfa_enabled_at",
                           "mfa_disabled_at",
                           "legal_accepted_at"}) {
    EXPECT_NE(json.if_object()->find(name), nullptr) << name;
  }
  const auto& email = json.if_object()->find("email_addresses")->if_array()->front();
  for (const auto* name : {"object", "email_address", "verification", "linked_to", "reserved",
                           "created_at", "updated_at"}) {
    EXPECT_NE(email.if_object()->find(name), nullptr) << name;
  }
}

TEST(WireUsers, AUserRoundTrips) {
  const auto again = parse_user(*clerk_backend_api::parse_json(to_json(kAda)));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(kAda));
  EXPECT_TRUE(again->email_addresses.front().verified);
}

TEST(WireUsers, AClientReadsAUserThatLacksEverythingOptional) {
  const auto user = parse_user(
      *clerk_backend_api::parse_json(R"({"id":"user_1","created_at":1,"updated_at":2})"));
  ASSERT_TRUE(user);
  EXPECT_FALSE(user->banned);
  EXPECT_FALSE(parse_user(*clerk_backend_api::parse_json(R"({"id":"user_1","created_at":1})")));
}

TEST(WireUsers, ACreateBodyRoundTrips) {
  const CreateUserRequestBody body{.external_id = "4711",
                                   .username = "ada.l-1_",
                                   .email_address = {"ada@example.com", "a@b"},
                                   .public_metadata = Object{{"a", 1}}};
  const auto again = parse_create_user(to_json(body));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(body));
}

TEST(WireUsers, OnCreateNullIsAbsentAndSwitchesWithoutEffectAreAccepted) {
  const auto body = parse_create_user(
      R"({"first_name":null,"email_address":null,"password":null,"skip_password_checks":true,)"
      R"("skip_password_requirement":true,"skip_legal_checks":false})");
  ASSERT_TRUE(body) << faults_of(body);
  EXPECT_FALSE(body->first_name);
}

TEST(WireUsers, WhatWeWouldLoseIsRefused) {
  EXPECT_EQ(faults_of(parse_create_user(R"({"password":"x","nickname":"y","phone_number":[]})")),
            fault(Code::param_invalid, "phone_number", "is not stored by tenensd") + " | " +
                fault(Code::param_invalid, "password", "is not stored by tenensd") + " | " +
                fault(Code::param_unknown, "nickname"));
  EXPECT_EQ(faults_of(parse_update_user(R"({"totp_secret":"x","email_address":["a@b"]})")),
            fault(Code::param_invalid, "totp_secret", "is not stored by tenensd") + " | " +
                fault(Code::param_unknown, "email_address"));
}

TEST(WireUsers, AnEmailAddressHasOneAtWithSomethingOnBothSides) {
  const auto faults = [](const std::string& address) {
    return faults_of(parse_create_user(R"({"email_address":[")" + address + R"("]})"));
  };
  const auto bad = fault(Code::param_malformed, "email_address", "must be a valid email address");
  for (const auto* good : {"a@b", "ada+x@example.com", "é@例え.jp"}) EXPECT_EQ(faults(good), "");
  for (const auto* text : {"", "ada", "@b", "a@", "a@b@c", "a b@c", "a\\n@b", "a\\u0000@b"}) {
    EXPECT_EQ(faults(text), bad) << text;
  }
  EXPECT_EQ(faults(std::string(252, 'a') + "@b"), "");
  EXPECT_EQ(faults(std::string(253, 'a') + "@b"), bad);
  EXPECT_EQ(faults_of(parse_create_user(R"({"email_address":[1]})")),
            fault(Code::param_wrong_type, "email_address", "string"));
  EXPECT_EQ(faults_of(parse_create_user(R"({"email_address":"a@b"})")),
            fault(Code::param_wrong_type, "email_address", "array"));
}

TEST(WireUsers, NamesHaveLimitsInCharactersNotInBytes) {
  std::string name;
  for (int i = 0; i < 256; ++i) name += "é";
  EXPECT_TRUE(parse_create_user(R"({"first_name":")" + name + R"("})"));
  EXPECT_EQ(faults_of(parse_create_user(R"({"last_name":")" + name + R"(x"})")),
            fault(Code::param_invalid, "last_name", "must be at most 256 characters"));
  EXPECT_EQ(faults_of(parse_create_user(R"({"external_id":""})")),
            fault(Code::param_invalid, "external_id", "must not be empty"));
  for (const auto* username : {"", "a b", "ä", "a/b"}) {
    EXPECT_FALSE(parse_create_user(R"({"username":")" + std::string(username) + R"("})"))
        << username;
  }
  EXPECT_FALSE(parse_create_user(R"({"username":")" + std::string(65, 'a') + R"("})"));
}

TEST(WireUsers, MetadataHasALimit) {
  const auto body = [](std::size_t bytes) {
    return R"({"private_metadata":{"x":")" + std::string(bytes - 8, 'x') + R"("}})";
  };
  EXPECT_TRUE(parse_create_user(body(8192)));
  EXPECT_EQ(faults_of(parse_create_user(body(8193))),
            fault(Code::param_invalid, "private_metadata", kMetadataTooLarge));
  EXPECT_EQ(faults_of(parse_create_user(R"({"public_metadata":[]})")),
            fault(Code::param_wrong_type, "public_metadata", "object"));
}

TEST(WireUsers, WhatHasNoNameHereIsSentAlongAndOverridesNothing) {
  const CreateUserRequestBody created{
      .first_name = "Ada",
      .skip_password_requirement = true,
      .additional_fields = {{"phone_number", Array{"+15555550100"}}, {"first_name", "Eve"}}};
  EXPECT_EQ(to_json(created), R"({"first_name":"Ada","skip_password_requirement":true,)"
                              R"("phone_number":["+15555550100"]})");
  const UpdateUserRequestBody updated{
      .last_name = nullptr, .additional_fields = {{"last_name", "Eve"}, {"locale", "en"}}};
  EXPECT_EQ(to_json(updated), R"({"last_name":null,"locale":"en"})");
}

TEST(WireUsers, AnUpdateLeavesClearsAndSets) {
  const auto body = parse_update_user(R"({"first_name":"Ada","last_name":null})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->first_name.value(), "Ada");
  EXPECT_TRUE(body->last_name.given());
  EXPECT_FALSE(body->last_name.value());
  EXPECT_FALSE(body->username.given());
  EXPECT_EQ(to_json(*body), R"({"first_name":"Ada","last_name":null})");

  const UpdateUserRequestBody written{.first_name = "Ada", .last_name = nullptr};
  EXPECT_EQ(to_json(written), to_json(*body));
}

TEST(WireUsers, AnEmptyUsernameIsRemovedByAnUpdate) {
  const auto body = parse_update_user(R"({"username":""})");
  ASSERT_TRUE(body) << faults_of(body);
  EXPECT_EQ(to_json(*body), R"({"username":null})");
  EXPECT_FALSE(parse_update_user(R"({"username":" "})"));
  EXPECT_EQ(faults_of(parse_update_user(R"({"username":7})")),
            fault(Code::param_wrong_type, "username", "string"));
}

TEST(WireUsers, CountsAndDeletionsRoundTrip) {
  EXPECT_EQ(parse_total_count(*clerk_backend_api::parse_json(total_count_to_json(7))), 7);
  const DeletedObject deleted{.object = "user", .id = "user_1", .deleted = true};
  EXPECT_EQ(to_json(deleted), R"({"id":"user_1","object":"user","deleted":true})");
  const auto again = parse_deleted_object(*clerk_backend_api::parse_json(to_json(deleted)));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->deleted);
}

}  // namespace
}  // namespace tenens::wire
