// The library against a tenensd that fails on purpose: nothing wrong, nothing doubled.
#include <gtest/gtest.h>
#include <clerk_backend_api/clerk.hpp>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "conformance/running_tenensd.hpp"

namespace clerk_backend_api {
namespace {

using tenens::test::RunningTenensd;

constexpr int kThreads = 16;

int wanted_flows() {
  const char* asked = std::getenv("TENENS_FAULT_FLOWS");
  return asked == nullptr ? 10'000 : std::atoi(asked);
}

/// What one flow believes at its end; the server is asked afterwards whether that is so.
struct Belief {
  std::string token_id;
  bool revoked = false;
};

class FaultyServer : public testing::Test {
 protected:
  RunningTenensd server_{{"--log-level", "off", "--faults",
                          "seed:7,503:0.01,429:0.03,delay:0.02,drop_reply:0.03,rotate_keys"}};
  Clerk client_{ClientOptions{
      .bearer_auth = tenens::test::kSecretKey,
      .server_url = server_.server_url(),
      .retries = RetryConfig{.backoff = {.initial_interval = std::chrono::milliseconds(5),
                                         .max_interval = std::chrono::milliseconds(200),
                                         .max_elapsed_time = std::chrono::milliseconds(60'000)},
                             .retry_connection_errors = true},
      .server_honours_idempotency_key = true}};

  /// Create, read, revoke, read. Nothing where the library said that it does not know.
  std::optional<Belief> flow(const std::string& user_id, const std::string& actor_sub) {
    const auto created = client_.actor_tokens.create_actor_token(
        {.user_id = user_id, .actor = {{"sub", actor_sub}}});
    EXPECT_TRUE(created) << created.error().message;
    if (!created) return std::nullopt;
    EXPECT_EQ(created->status, ActorTokenStatus::pending);
    EXPECT_TRUE(created->token && created->url);

    const auto revoked = client_.actor_tokens.revoke_actor_token(created->id);
    // The first answer may have been lost; then the second attempt finds the work done.
    const bool already = !revoked && revoked.error().code == "actor_token_cannot_be_revoked_code" &&
                         revoked.error().earlier_attempt_in_doubt;
    EXPECT_TRUE(revoked || already) << revoked.error().message;

    const auto read = client_.actor_tokens.get(created->id);
    EXPECT_TRUE(read) << read.error().message;
    if (read) {
      EXPECT_EQ(read->id, created->id);
      EXPECT_EQ(read->status, ActorTokenStatus::revoked);
      EXPECT_EQ(*read->actor.find("sub"), actor_sub);
    }
    return Belief{created->id, true};
  }

  /// Every token that there is, by who acts.
  std::map<std::string, std::vector<ActorToken>> everything() {
    std::map<std::string, std::vector<ActorToken>> tokens;
    for (std::int64_t offset = 0;; offset += 500) {
      const auto page = client_.actor_tokens.list({.limit = 500, .offset = offset});
      EXPECT_TRUE(page) << page.error().message;
      if (!page || page->data.empty()) return tokens;
      for (const auto& token : page->data) {
        tokens[*token.actor.find("sub")->if_string()].push_back(token);
      }
    }
  }
};

TEST_F(FaultyServer, GivesNoWrongResultAndNoTokenTwice) {
  const auto users = client_.users.list({});
  ASSERT_TRUE(users) << users.error().message;
  const auto user_id = users->front().id;

  const int flows = wanted_flows();
  std::atomic<int> next{0};
  std::mutex mutex;
  std::map<std::string, Belief> beliefs;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int number = next++; number < flows; number = next++) {
          const auto actor_sub = "agent " + std::to_string(number);
          const auto belief = flow(user_id, actor_sub);
          const std::lock_guard lock(mutex);
          if (belief) beliefs[actor_sub] = *belief;
        }
      });
    }
  }
  EXPECT_EQ(beliefs.size(), static_cast<std::size_t>(flows));

  const auto tokens = everything();
  EXPECT_EQ(tokens.size(), static_cast<std::size_t>(flows));
  for (const auto& [actor_sub, made] : tokens) {
    ASSERT_EQ(made.size(), 1U) << actor_sub << " has two tokens";
    EXPECT_EQ(made.front().id, beliefs[actor_sub].token_id);
    EXPECT_EQ(made.front().status, ActorTokenStatus::revoked);
  }
}

TEST_F(FaultyServer, MakesTwoTokensForAClientThatRepeatsWithoutAKeyOfItsOwn) {
  // The proof that the test above can fail: the same faults, and every attempt under another key.
  const auto user_id = client_.users.list({})->front().id;
  const auto create = [&](const std::string& key) {
    return client_.actor_tokens.create_actor_token(
        {.user_id = user_id, .actor = {{"sub", "careless"}}},
        {.retries = RetryConfig{.strategy = RetryStrategy::none}, .idempotency_key = key});
  };
  constexpr int kAttempts = 300;
  int made = 0;
  for (int number = 0; number < kAttempts; ++number) {
    if (create("try-" + std::to_string(number))) ++made;
  }
  EXPECT_GT(made, kAttempts / 2);
  const auto tokens = client_.actor_tokens.list({.actor_sub = "careless", .limit = 1});
  ASSERT_TRUE(tokens);
  EXPECT_GT(tokens->total_count, made) << "no answer was lost";
}

}  // namespace
}  // namespace clerk_backend_api
