// Never two tokens where the server honours the key, and never two answers mixed up.
#include <map>

#include "hostile/hostile_test.hpp"

namespace clerk_backend_api::hostile {
namespace {

const RetryConfig kPatient{.backoff = {.initial_interval = 1ms, .max_interval = 2ms}};

std::string token(const std::string& id) {
  return R"({"object":"actor_token","id":")" + id +
         R"(","status":"pending","user_id":"u","actor":{"sub":"a"},"token":"t","url":"l",)"
         R"("created_at":1,"updated_at":1})";
}

/// Mints a token for each key it has not seen, and then, mostly, does not manage to say so.
class Mint {
 public:
  explicit Mint(int bad_replies) : bad_replies_(bad_replies) {}

  void serve(const Peer& peer) {
    for (;;) {
      const auto request = peer.read_request();
      if (request.empty()) return;
      const auto [id, attempt] = mint(header_of(request, "Idempotency-Key"));
      if (attempt > bad_replies_) {
        if (!peer.write(answer(token(id)))) return;
        continue;
      }
      switch (attempt % 5) {
        case 0: return peer.reset();
        case 1: return;
        case 2: static_cast<void>(peer.write(answer(token(id)).substr(0, 90))); return;
        case 3: static_cast<void>(peer.write(answer("<html>", "502 Bad Gateway"))); return;
        default: static_cast<void>(peer.write(answer("", "504 Gateway Timeout"))); return;
      }
    }
  }

  std::size_t minted() {
    const std::lock_guard lock(mutex_);
    return tokens_.size();
  }

 private:
  std::pair<std::string, int> mint(const std::string& key) {
    const std::lock_guard lock(mutex_);
    auto& [id, attempts] = tokens_[key];
    if (id.empty()) id = "act_" + std::to_string(tokens_.size());
    return {id, ++attempts};
  }

  const int bad_replies_;
  std::mutex mutex_;
  std::map<std::string, std::pair<std::string, int>> tokens_;
};

Clerk trusting(const HostileServer& server) {
  return Clerk({.bearer_auth = kSecretKey,
                .server_url = server.url(),
                .retries = kPatient,
                .server_honours_idempotency_key = true});
}

TEST(HostileOneToken, ACreateThatIsLostInEveryWayMintsOne) {
  Mint mint(9);
  const HostileServer server([&](const Peer& peer) { mint.serve(peer); });
  auto s = trusting(server);
  const auto res = create(s);
  ASSERT_TRUE(res) << res.error().message;
  EXPECT_EQ(res->id, "act_1");
  EXPECT_EQ(mint.minted(), 1U);
}

TEST(HostileOneToken, ACreateLeftInDoubtIsFinishedWithItsOwnKey) {
  Mint mint(1);
  const HostileServer server([&](const Peer& peer) { mint.serve(peer); });
  auto s = client_of(server.url());
  const RequestOptions mine{.idempotency_key = "ticket-4711"};
  EXPECT_EQ(create(s, mine).error().kind, ErrorKind::in_doubt);
  EXPECT_EQ(create(s, mine)->id, "act_1");
  EXPECT_EQ(mint.minted(), 1U);
}

TEST(HostileOneToken, SixteenThreadsOnOneClerkMintOneEachCall) {
  constexpr int kThreads = 16;
  constexpr int kCalls = 20;
  Mint mint(2);
  const HostileServer server([&](const Peer& peer) { mint.serve(peer); });
  auto s = trusting(server);
  std::mutex mutex;
  std::map<std::string, int> ids;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        auto copy = s;
        for (int call = 0; call < kCalls; ++call) {
          const auto res = create(call % 2 == 0 ? s : copy);
          const std::lock_guard lock(mutex);
          ++ids[res ? res->id : res.error().message];
        }
      });
    }
  }
  EXPECT_EQ(mint.minted(), static_cast<std::size_t>(kThreads * kCalls));
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kThreads * kCalls));
  for (const auto& [id, count] : ids) EXPECT_EQ(count, 1) << id;
}

TEST(HostileOneToken, SixteenThreadsGetTheAnswersToTheirOwnQuestions) {
  const HostileServer server([](const Peer& peer) {
    for (;;) {
      const auto request = peer.read_request();
      if (request.empty()) return;
      const auto begin = request.rfind('/', request.find(" HTTP/")) + 1;
      const auto id = request.substr(begin, request.find(' ', begin) - begin);
      if (!peer.write(answer(token(id)))) return;
    }
  });
  auto s = client_of(server.url());
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&, i] {
        std::stop_source stop;
        for (int call = 0; call < 50; ++call) {
          const auto id = "act_" + std::to_string(i) + "_" + std::to_string(call);
          const auto res = s.actor_tokens.get(id, {.stop_token = stop.get_token()});
          if (!res || res->id != id) ++wrong;
        }
        stop.request_stop();
        const auto res = s.actor_tokens.get("x", {.stop_token = stop.get_token()});
        if (res || res.error().kind != ErrorKind::cancelled) ++wrong;
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace clerk_backend_api::hostile
