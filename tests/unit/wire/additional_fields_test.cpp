// What a newer server says beyond what this library has a name for.
#include <gtest/gtest.h>

#include "wire/lists.hpp"
#include "wire/sign_in_tokens.hpp"
#include "wire/testing_tokens.hpp"

namespace tenens::wire {
namespace {

Value parsed(std::string_view text) {
  return clerk_backend_api::parse_json(text).value();
}

constexpr std::string_view kToken =
    R"({"object":"actor_token","zeta":1.0,"id":"act_1","status":"melted","user_id":"user_1",)"
    R"("actor":{"sub":"a","level":3,"big":18446744073709551615,"ratio":1.0,"tags":[null,true]},)"
    R"("token":"t","url":"u","created_at":1,"updated_at":2,"alpha":{"x":[1,"2"]}})";

TEST(WireAdditionalFields, AreKeptInTheirOrderWithTheirTypes) {
  const auto token = parse_actor_token(parsed(kToken));
  ASSERT_TRUE(token);
  EXPECT_EQ(clerk_backend_api::to_json(token->additional_fields),
            R"({"zeta":1.0,"alpha":{"x":[1,"2"]}})");
}

TEST(WireAdditionalFields, DoNotHoldTheTicketASecondTime) {
  const auto token = parse_actor_token(parsed(kToken));
  EXPECT_EQ(token->additional_fields.find("token"), nullptr);
  EXPECT_EQ(token->additional_fields.find("url"), nullptr);
}

TEST(WireAdditionalFields, AWordThatNobodyKnowsIsKept) {
  EXPECT_EQ(parse_actor_token(parsed(kToken))->status.text(), "melted");
}

TEST(WireAdditionalFields, AnActorKeepsItsKeysTheirOrderAndTheirTypes) {
  EXPECT_EQ(clerk_backend_api::to_json(parse_actor_token(parsed(kToken))->actor),
            R"({"sub":"a","level":3,"big":18446744073709551615,"ratio":1.0,"tags":[null,true]})");
}

TEST(WireAdditionalFields, OfAUserAreAllThatImpersonationHasNoUseFor) {
  const auto user = parse_user(
      parsed(R"({"object":"user","id":"user_1","locale":null,"email_addresses":[{"id":"idn_1",)"
             R"("email_address":"a@b","verification":{"status":"verified"},"linked_to":[]}],)"
             R"("created_at":1,"updated_at":1,"image_url":"https://x"})"));
  ASSERT_TRUE(user);
  EXPECT_EQ(clerk_backend_api::to_json(user->additional_fields),
            R"({"locale":null,"image_url":"https://x"})");
  EXPECT_TRUE(user->email_addresses.at(0).verified);
  EXPECT_EQ(clerk_backend_api::to_json(user->email_addresses.at(0).additional_fields),
            R"({"verification":{"status":"verified"},"linked_to":[]})");
}

TEST(WireSignInTokens, AreWrittenAndReadAsTheApiDescribes) {
  EXPECT_EQ(to_json(CreateSignInTokenRequestBody{
                .user_id = "user_1", .org_id = "org_1", .expires_in_seconds = 60}),
            R"({"user_id":"user_1","org_id":"org_1","expires_in_seconds":60})");
  EXPECT_EQ(to_json(CreateSignInTokenRequestBody{.user_id = "u"}), R"({"user_id":"u"})");
  const auto token = parse_sign_in_token(
      parsed(R"({"object":"sign_in_token","id":"sit_1","status":"pending","user_id":"user_1",)"
             R"("token":"t","url":"u","created_at":1,"updated_at":2})"));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->status, SignInTokenStatus::pending);
  EXPECT_EQ(token->token->expose(), "t");
  EXPECT_TRUE(token->additional_fields.empty());
  EXPECT_FALSE(parse_sign_in_token(parsed(R"({"id":"sit_1","status":"pending"})")));
}

TEST(WireTestingTokens, AreReadAsTheApiDescribes) {
  const auto token = parse_testing_token(
      parsed(R"({"object":"testing_token","token":"t","expires_at":1713880800,"more":1})"));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->token.expose(), "t");
  EXPECT_EQ(token->expires_at, 1'713'880'800);
  EXPECT_EQ(clerk_backend_api::to_json(token->additional_fields), R"({"more":1})");
  EXPECT_FALSE(parse_testing_token(parsed(R"({"token":"t"})")));
}

}  // namespace
}  // namespace tenens::wire
