// Lists, errors and audit events.
#include <gtest/gtest.h>

#include "wire/errors.hpp"
#include "wire/lists.hpp"

namespace tenens::wire {
namespace {

Value value_of(std::string_view text) {
  return clerk_backend_api::parse_json(text).value();
}

const std::vector<SessionToken> kTokens{{.jwt = "a"}, {.jwt = "b"}};

TEST(WireLists, AListIsAnArrayOrAPage) {
  const std::string array = R"([{"object":"token","jwt":"a"},{"object":"token","jwt":"b"}])";
  EXPECT_EQ(to_json_array(kTokens), array);
  EXPECT_EQ(to_json_page(kTokens, 7), R"({"data":)" + array + R"(,"total_count":7})");
  EXPECT_EQ(to_json_array(std::vector<User>{}), "[]");
}

TEST(WireLists, AClientReadsBothForms) {
  const auto page =
      parse_page<SessionToken>(value_of(to_json_page(kTokens, 7)), parse_session_token);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->data.size(), 2U);
  EXPECT_EQ(page->total_count, 7);
  const auto array =
      parse_page<SessionToken>(value_of(to_json_array(kTokens)), parse_session_token);
  ASSERT_TRUE(array);
  EXPECT_EQ(array->total_count, 2);
}

TEST(WireLists, AListDoesNotShrinkInSilence) {
  EXPECT_FALSE(parse_page<SessionToken>(value_of(R"([{"jwt":"a"},{}])"), parse_session_token));
  EXPECT_FALSE(parse_page<SessionToken>(value_of(R"({"items":[]})"), parse_session_token));
}

TEST(WireErrors, AnErrorBodyRoundTrips) {
  const std::vector<ErrorItem> errors{{.code = "form_param_missing",
                                       .message = "is missing",
                                       .long_message = "actor.sub must be included.",
                                       .meta = {{"param_name", "actor.sub"}}}};
  const auto text = to_json(errors, "trace_1");
  EXPECT_EQ(text,
            R"({"errors":[{"message":"is missing","long_message":"actor.sub must be included.",)"
            R"("code":"form_param_missing","meta":{"param_name":"actor.sub"}}],)"
            R"("clerk_trace_id":"trace_1"})");
  const auto body = to_error_body(text);
  EXPECT_EQ(body.errors, errors);
  EXPECT_EQ(body.clerk_trace_id, "trace_1");
  EXPECT_EQ(to_json(std::span<const ErrorItem>{}, ""), R"({"errors":[]})");
}

TEST(WireErrors, AClientTakesWhatItCanGet) {
  for (const auto* text : {"", "<html>502 Bad Gateway</html>", "[]", "{}", R"({"errors":7})",
                           R"({"errors":[7,null]})", "\xff"}) {
    EXPECT_TRUE(to_error_body(text).errors.empty()) << text;
  }
  const auto body = to_error_body(R"({"errors":[{"code":"x","meta":null}]})");
  ASSERT_EQ(body.errors.size(), 1U);
  EXPECT_EQ(body.errors[0].code, "x");
  EXPECT_EQ(body.errors[0].message, "");
}

TEST(WireAuditEvents, AnEventSaysNullWhereThereIsNothing) {
  const AuditEvent bare{
      .sequence = 1, .at = 2, .action = AuditAction::session_ended, .address = "127.0.0.1"};
  EXPECT_EQ(
      to_json(bare),
      R"({"object":"audit_event","sequence":1,"at":2,"action":"session.ended",)"
      R"("key_id":null,"actor":null,"user_id":null,"actor_token_id":null,"sign_in_token_id":null,)"
      R"("session_id":null,"address":"127.0.0.1","reason":null,"code":null})");
  auto full = bare;
  full.actor = Object{{"sub", "a"}};
  full.code = "ticket_expired_code";
  const auto again = parse_audit_event(value_of(to_json(full)));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(full));
  EXPECT_FALSE(parse_audit_event(value_of(R"({"sequence":1})")));
}

}  // namespace
}  // namespace tenens::wire
