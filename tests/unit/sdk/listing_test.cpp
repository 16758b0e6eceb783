// All pages of a list as one range.
#include "clerk_backend_api/listing.hpp"

#include <gtest/gtest.h>

#include <ranges>

#include "clerk_backend_api/clerk.hpp"
#include "unit/sdk/fake_transport.hpp"

namespace clerk_backend_api {
namespace {

using testing::FakeTransport;

static_assert(std::ranges::input_range<Listing<User>>);

std::string user(int number) {
  return R"({"id":"user_)" + std::to_string(number) + R"(","created_at":1,"updated_at":1})";
}
std::string session(int number) {
  return R"({"id":"sess_)" + std::to_string(number) +
         R"(","user_id":"u","client_id":"c","status":"active","last_active_at":1,"expire_at":1,)"
         R"("abandon_at":1,"created_at":1,"updated_at":1})";
}

class SdkListing : public ::testing::Test {
 protected:
  std::string path(std::size_t index) { return transport_->requests.at(index).url.substr(24); }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  Clerk s_{{.bearer_auth = "sk_test_k",
            .server_url = "http://127.0.0.1:4400/v1",
            .retries = RetryConfig{.strategy = RetryStrategy::none},
            .transport = transport_}};
};

TEST_F(SdkListing, GoesThroughAllPagesAndKeepsTheFilter) {
  transport_->then(200, "[" + user(1) + "," + user(2) + "]").then(200, "[" + user(3) + "]");
  std::string ids;
  for (const auto& user : s_.users.list_all({.query = "x", .limit = 2})) ids += user.value().id;
  EXPECT_EQ(ids, "user_1user_2user_3");
  ASSERT_EQ(transport_->requests.size(), 2U);
  EXPECT_EQ(path(0), "/users?query=x&limit=2&offset=0");
  EXPECT_EQ(path(1), "/users?query=x&limit=2&offset=2");
}

TEST_F(SdkListing, AfterAUserTheCursorMovesAndNotTheOffset) {
  transport_->then(200, "[" + user(5) + "," + user(4) + "]")
      .then(200, "[" + user(3) + "," + user(2) + "]")
      .then(200, "[]");
  std::string ids;
  for (const auto& user : s_.users.list_all({.starting_after = "user_6", .limit = 2})) {
    ids += user.value().id;
  }
  EXPECT_EQ(ids, "user_5user_4user_3user_2");
  ASSERT_EQ(transport_->requests.size(), 3U);
  EXPECT_EQ(path(0), "/users?starting_after=user_6&limit=2");
  EXPECT_EQ(path(1), "/users?starting_after=user_4&limit=2");
  EXPECT_EQ(path(2), "/users?starting_after=user_2&limit=2");
}

TEST_F(SdkListing, APageIsFetchedOnlyWhenItIsNeeded) {
  auto all = s_.users.list_all();
  EXPECT_TRUE(transport_->requests.empty());
  transport_->then(200, "[" + user(1) + "," + user(2) + "]");
  for (const auto& user : s_.users.list_all({.limit = 2, .offset = 7})) {
    EXPECT_TRUE(user);
    break;
  }
  ASSERT_EQ(transport_->requests.size(), 1U);
  EXPECT_EQ(path(0), "/users?limit=2&offset=7");
}

TEST_F(SdkListing, AnErrorIsTheLastElementAndNothingIsThrown) {
  transport_->then(200, "[" + user(1) + "]").then(503, "");
  std::string seen;
  for (const auto& user : s_.users.list_all({.limit = 1})) {
    seen += user ? user->id : std::string(to_string(user.error().kind));
    seen += ' ';
  }
  EXPECT_EQ(seen, "user_1 unavailable ");
}

TEST_F(SdkListing, AShortPageIsNotTheEndWhileTheTotalSaysOtherwise) {
  transport_->then(200, R"({"data":[)" + session(1) + R"(],"total_count":2})")
      .then(200, R"({"data":[)" + session(2) + R"(],"total_count":2})");
  int count = 0;
  for (const auto& session : s_.sessions.list_all({.user_id = "u"})) count += session ? 1 : 0;
  EXPECT_EQ(count, 2);
  EXPECT_EQ(path(1), "/sessions?paginated=true&user_id=u&limit=100&offset=1");
}

TEST_F(SdkListing, AnEmptyPageIsTheEndWhateverTheTotalSays) {
  transport_->then(200, R"({"data":[],"total_count":9})");
  for (const auto& session : s_.sessions.list_all()) FAIL() << session.has_value();
  EXPECT_EQ(transport_->requests.size(), 1U);
}

}  // namespace
}  // namespace clerk_backend_api
