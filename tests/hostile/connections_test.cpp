// Connections that break, drip or lead elsewhere.
#include "hostile/hostile_test.hpp"

namespace clerk_backend_api::hostile {
namespace {

using enum ErrorKind;

const RetryConfig kQuick{.backoff = {.initial_interval = 1ms, .max_interval = 2ms}};

TEST(HostileConnections, NobodyThereIsUnavailableAndKnownToBeNotDone) {
  auto s = client_of(nobodys_url());
  const auto res = create(s);
  EXPECT_EQ(res.error().kind, unavailable);
  EXPECT_EQ(res.error().code, "connection_failed");
}

TEST(HostileConnections, AResetBeforeTheRequestWasReadLeavesACreateInDoubt) {
  // The client cannot know how much of it the server's kernel had taken. (Reset before it sent
  // anything, it would know, and repeat the create.)
  const HostileServer server([](const Peer& peer) {
    peer.await_request();
    peer.reset();
  });
  auto s = client_of(server.url(), std::nullopt);
  EXPECT_EQ(create(s).error().kind, in_doubt);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HostileConnections, AResetAfterTheRequestWasReadLeavesACreateInDoubtAndIsNotRepeated) {
  std::atomic<int> requests = 0;
  const HostileServer server([&](const Peer& peer) {
    if (!peer.read_request().empty()) ++requests;
    peer.reset();
  });
  auto s = client_of(server.url(), std::nullopt);
  EXPECT_EQ(create(s).error().kind, in_doubt);
  EXPECT_EQ(requests, 1);
}

TEST(HostileConnections, AReadIsRepeatedUntilTheServerStopsResetting) {
  std::atomic<int> requests = 0;
  const HostileServer server([&](const Peer& peer) {
    if (peer.read_request().empty()) return;
    if (++requests < 4) return peer.reset();
    static_cast<void>(peer.write(answer(kToken)));
  });
  auto s = client_of(server.url(), kQuick);
  EXPECT_TRUE(s.actor_tokens.get("act_1"));
  EXPECT_EQ(requests, 4);
}

TEST(HostileConnections, ADripIsEndedByTheTimeoutOfTheWholeAttempt) {
  expect_kinds(
      [](const Peer& peer) {
        if (peer.read_request().empty()) return;
        const auto drops = answer(kToken);
        for (std::size_t i = 0; i < drops.size() && peer.write(drops.substr(i, 1)); ++i) {
          std::this_thread::sleep_for(20ms);
        }
      },
      unavailable, in_doubt, "timed_out", 300ms);
}

TEST(HostileConnections, SilenceIsEndedByTheTimeout) {
  expect_kinds(
      [](const Peer& peer) {
        while (!peer.read_request().empty()) continue;
      },
      unavailable, in_doubt, "timed_out", 200ms);
}

TEST(HostileConnections, NoCredentialFollowsARedirect) {
  const HostileServer elsewhere(always(answer(kToken)));
  for (const auto* status : {"301 Moved", "302 Found", "303 See Other", "305 Use Proxy",
                             "307 Temporary", "308 Permanent"}) {
    const auto headers =
        "Location: " + elsewhere.url() + "/actor_tokens\r\nRefresh: 0;url=" + elsewhere.url() +
        "\r\nAlt-Svc: h2=\"" + elsewhere.url().substr(7) + "\"\r\nSet-Cookie: a=b\r\n";
    expect_kinds(always(answer("", status, headers)), invalid_request, invalid_request);
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST(HostileConnections, ARedirectToTheSameServerIsNotFollowedEither) {
  std::atomic<int> requests = 0;
  const HostileServer server([&](const Peer& peer) {
    while (!peer.read_request().empty()) {
      ++requests;
      if (!peer.write(answer("", "307 Temporary", "Location: /v1/other\r\n"))) return;
    }
  });
  auto s = client_of(server.url(), std::nullopt);
  EXPECT_EQ(s.users.get("user_1").error().kind, invalid_request);
  EXPECT_EQ(requests, 1);
}

TEST(HostileConnections, ACookieIsNotKept) {
  std::string second;
  const HostileServer server([&](const Peer& peer) {
    if (peer.read_request().empty() ||
        !peer.write(answer(R"({"keys":[]})", "200 OK", "Set-Cookie: track=1\r\n"))) {
      return;
    }
    second = peer.read_request();
    static_cast<void>(peer.write(answer(R"({"keys":[]})")));
  });
  auto s = client_of(server.url());
  EXPECT_TRUE(s.jwks.get());
  EXPECT_TRUE(s.jwks.get());
  EXPECT_NE(second, "");
  EXPECT_EQ(second.find("Cookie"), std::string::npos) << second;
}

TEST(HostileConnections, BothFormsOfRetryAfterAreReported) {
  const auto asked = [](const std::string& value) {
    const HostileServer server(
        always(answer("", "429 Too Many", "Retry-After: " + value + "\r\n")));
    auto s = client_of(server.url(), std::nullopt);
    const auto error = s.users.get("user_1").error();
    EXPECT_EQ(error.kind, rate_limited);
    return error.retry_after;
  };
  // Longer than a call may take, so it ends at once and leaves the decision to the caller.
  EXPECT_EQ(asked("120"), 120s);
  EXPECT_GT(asked("Fri, 31 Dec 2100 23:59:59 GMT"), 24h);
  EXPECT_GT(asked("999999999999999999999"), 24h);
}

TEST(HostileConnections, BothFormsOfRetryAfterAreObeyed) {
  for (const auto* value : {"0", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-5"}) {
    std::atomic<int> requests = 0;
    const HostileServer server([&](const Peer& peer) {
      if (peer.read_request().empty()) return;
      const auto refusal =
          answer("", "429 Too Many", std::string("Retry-After: ") + value + "\r\n");
      static_cast<void>(peer.write(++requests < 3 ? refusal : answer(kToken)));
    });
    auto s = client_of(server.url(), kQuick);
    EXPECT_TRUE(s.actor_tokens.get("act_1")) << value;
    EXPECT_EQ(requests, 3) << value;
  }
}

}  // namespace
}  // namespace clerk_backend_api::hostile
