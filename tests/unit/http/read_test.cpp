#include <gtest/gtest.h>

#include "http/cookies.hpp"
#include "http/limits.hpp"
#include "http/read_body.hpp"
#include "http/read_query.hpp"

namespace tenens::http {
namespace {

Request request_with(Headers headers, std::string body = {}) {
  Request request;
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

TEST(QueryReader, GivesClerksDefaultsAndLimits) {
  const Params none;
  QueryReader defaults(none);
  const auto page = defaults.page();
  EXPECT_EQ(page.limit, 10);
  EXPECT_EQ(page.offset, 0);
  const Params most{{"limit", "500"}, {"offset", "1000000000"}};
  QueryReader reader(most);
  EXPECT_EQ(reader.page().limit, 500);
  EXPECT_TRUE(reader.faultless());
}

TEST(QueryReader, NamesTheParameterThatIsWrong) {
  for (const auto* limit :
       {"0", "501", "-1", "1.0", " 1", "1 ", "0x10", "ten", "99999999999999999999"}) {
    const Params query{{"limit", limit}};
    QueryReader reader(query);
    [[maybe_unused]] const auto page = reader.page();
    ASSERT_EQ(reader.failures().size(), 1U) << limit;
    EXPECT_EQ(reader.failures().front().param, "limit");
    EXPECT_EQ(reader.failures().front().code, Code::param_invalid);
  }
}

TEST(QueryReader, SaysWhichWordsThereAre) {
  const Params query{{"status", "gone"}};
  QueryReader reader(query);
  EXPECT_EQ(reader.word("status", kTokenStates), std::nullopt);
  ASSERT_EQ(reader.failures().size(), 1U);
  EXPECT_EQ(reader.failures().front().detail, "must be one of pending, accepted, revoked");
}

TEST(QueryReader, RefusesASecondValueWhereThereIsOne) {
  const Params query{{"status", "a"}, {"status", "a"}};
  QueryReader reader(query);
  EXPECT_EQ(reader.text("status"), std::nullopt);
  EXPECT_FALSE(reader.faultless());
}

TEST(QueryReader, TakesSeveralValuesWhereTheyMeanAnyOfThese) {
  const Params query{{"user_id", "a"},    {"user_id[]", "b"}, {"user_id[10]", "c"},
                     {"user_id[", "-"},   {"user_id]", "-"},  {"user_id[x]", "-"},
                     {"user_id[]x", "-"}, {"user_ids", "-"},  {"user_id[][]", "-"}};
  QueryReader reader(query);
  EXPECT_EQ(reader.texts("user_id"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(reader.faultless());
}

TEST(QueryReader, RefusesAnEmptyValueAmongThem) {
  for (const auto* name : {"user_id", "user_id[]"}) {
    const Params query{{"user_id", "a"}, {name, ""}, {name, ""}};
    QueryReader reader(query);
    [[maybe_unused]] const auto values = reader.texts("user_id");
    EXPECT_EQ(reader.failures(), (Failures{{Code::param_invalid, "user_id", "must not be empty"}}));
  }
}

TEST(Cookies, AreFoundByTheirExactName) {
  const auto request = request_with(
      {{"Cookie", "a=1; __client_uat=5;__client=x.y=z ;b"}, {"Cookie", "__client=x.y=z"}});
  EXPECT_EQ(find_cookie(request, "__client"), "x.y=z");
  EXPECT_EQ(find_cookie(request, "__client_uat"), "5");
  EXPECT_EQ(find_cookie(request, "client"), std::nullopt);
  EXPECT_EQ(find_cookie(request_with({{"Cookie", "a="}}), "a"), std::nullopt);
}

TEST(Cookies, ThatContradictEachOtherAreNone) {
  for (const auto* line : {"a=1; a=2", "a=2; b=1; a=1", "a=; a=1", "a=1; a="}) {
    EXPECT_EQ(find_cookie(request_with({{"Cookie", line}}), "a"), std::nullopt) << line;
  }
  EXPECT_EQ(find_cookie(request_with({{"Cookie", "a=1"}, {"Cookie", "a=2"}}), "a"), std::nullopt);
}

TEST(Cookies, SayWhoMayHaveThem) {
  EXPECT_EQ(to_set_cookie({.name = "a", .value = "b"}), "a=b; Path=/; SameSite=Lax; HttpOnly");
  EXPECT_EQ(to_set_cookie({.name = "a",
                           .value = "b",
                           .path = "/x",
                           .domain = "e.example",
                           .max_age = std::chrono::seconds(9),
                           .http_only = false,
                           .same_site_strict = true,
                           .secure = true}),
            "a=b; Path=/x; Domain=e.example; Max-Age=9; SameSite=Strict; Secure");
}

TEST(JsonBody, IsTheOnlyKindABackEndMaySend) {
  for (const auto* type :
       {"application/json", "application/json; charset=utf-8", "Application/JSON ;charset=utf-8"}) {
    EXPECT_TRUE(check_json_body(request_with({{"Content-Type", type}}, "{}"))) << type;
  }
  for (const auto* type :
       {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded", "text/json"}) {
    const auto checked = check_json_body(request_with({{"Content-Type", type}}, "{}"));
    ASSERT_FALSE(checked) << type;
    EXPECT_EQ(checked.error().code, Code::content_type_unsupported);
  }
  EXPECT_TRUE(check_json_body(request_with({})));
  EXPECT_FALSE(check_json_body(
      request_with({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}, "x")));
}

TEST(Form, IsReadFromBothKindsOfBody) {
  const auto encoded = read_form(request_with(
      {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}}, "a=1+2&b=%26"));
  ASSERT_TRUE(encoded);
  EXPECT_EQ(*encoded->find("a"), "1 2");
  EXPECT_EQ(*encoded->find("b"), "&");
  const auto json =
      read_form(request_with({{"Content-Type", "application/json"}}, R"({"a":"x","n":1})"));
  ASSERT_TRUE(json);
  EXPECT_EQ(*json->find("a"), "x");
  EXPECT_EQ(json->size(), 1U);
  EXPECT_TRUE(read_form(request_with({})));
}

TEST(Form, RefusesAFieldThatComesTwice) {
  const auto form = read_form(
      request_with({{"Content-Type", "application/x-www-form-urlencoded"}}, "ticket=a&ticket=b"));
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error(), (Failure{Code::param_invalid, "ticket", "must be given once"}));
}

TEST(Form, RefusesOtherKinds) {
  EXPECT_EQ(read_form(request_with({{"Content-Type", "text/plain"}}, "a=1")).error().code,
            Code::content_type_unsupported);
  EXPECT_EQ(read_form(request_with({{"Content-Type", "application/json"}}, "[]")).error().code,
            Code::body_not_json);
}

}  // namespace
}  // namespace tenens::http
