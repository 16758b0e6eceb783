// The fetched key set, when the server, the clock or whoever sends the tokens misbehaves.
#include "jwks/cache_fixture.hpp"

namespace clerk_backend_api::testing {
namespace {

TEST_F(JwksCacheTest, FetchesOnceAndAgainWhenItIsOld) {
  const auto cache = make();
  const auto token = token_of("a");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(cache, token), "none");
  EXPECT_EQ(transport_->requests, 1);
  pass(5min - 1ms);
  EXPECT_EQ(ask(cache, token), "none");
  EXPECT_EQ(transport_->requests, 1);
  pass(1ms);
  EXPECT_EQ(ask(cache, token), "none");
  EXPECT_EQ(transport_->requests, 2);
}

TEST_F(JwksCacheTest, ForEverIsNotAnOverflow) {
  constexpr auto kMost = std::chrono::milliseconds::max();
  const auto cache = make(
      "https://clerk.example.com/jwks",
      {.time_to_live = kMost, .minimum_refetch_interval = kMost, .last_good_serves_for = kMost});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(cache, token_of("a")), "none");
    EXPECT_EQ(ask(cache, token_of("b")), "kid_unknown");
    pass(24h);
  }
  EXPECT_EQ(transport_->requests, 1);
}

TEST_F(JwksCacheTest, TenThousandInventedKidsCostOneFetchAnInterval) {
  const auto cache = make();
  for (int i = 0; i < 10'000; ++i) {
    if (i % 100 == 0) pass(100ms);  // ten seconds in all
    EXPECT_EQ(ask(cache, token_of("invented-" + std::to_string(i))), "kid_unknown");
  }
  EXPECT_LE(transport_->requests, 11);
  EXPECT_GE(transport_->requests, 9);
  EXPECT_EQ(ask(cache, token_of("a")), "none");
}

TEST_F(JwksCacheTest, FindsARotatedKeyWithTheNextFetch) {
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "none");
  transport_->answer = [](const HttpRequest&) { return ok(es256().jwks("b")); };
  EXPECT_EQ(ask(cache, token_of("b")), "kid_unknown");  // within the interval
  pass(1s);
  EXPECT_EQ(ask(cache, token_of("b")), "none");
  EXPECT_EQ(ask(cache, token_of("a")), "kid_unknown");  // withdrawn
}

TEST_F(JwksCacheTest, TheLastGoodAnswerServesAnHourWhileThereIsNoOther) {
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "none");
  for (const Reply& useless :
       {Reply(TransportFailure{}), Reply(HttpResponse{.status = 503}),
        Reply(HttpResponse{.status = 302, .body = es256().jwks("b")}), ok("<html>"),
        ok(R"({"keys":[]})"), ok(""), ok(R"({"keys":[{"kty":"oct","kid":"b","k":"AAAA"}]})")}) {
    transport_->answer = [useless](const HttpRequest&) { return useless; };
    pass(6min);
    EXPECT_EQ(ask(cache, token_of("a")), "none");
    EXPECT_EQ(ask(cache, token_of("b")), "keys_unavailable");
  }
  EXPECT_EQ(transport_->requests, 8);
  pass(1h);
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
}

TEST_F(JwksCacheTest, IsBackAsSoonAsTheServerIs) {
  break_server();
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  EXPECT_EQ(transport_->requests, 1);
  transport_->answer = [](const HttpRequest&) { return ok(es256().jwks("a")); };
  pass(1s);
  EXPECT_EQ(ask(cache, token_of("a")), "none");
}

TEST_F(JwksCacheTest, ATransportThatThrowsIsAFailureLikeAnother) {
  transport_->answer = [](const HttpRequest&) -> Reply { throw std::runtime_error("bug"); };
  const auto cache = make();
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  pass(1s);
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
}

TEST_F(JwksCacheTest, ATokenWithoutAKidCostsNoFetch) {
  const auto cache = make();
  EXPECT_EQ(ask(cache, es256().token(R"({"alg":"ES256"})", "{}")), "kid_missing");
  EXPECT_EQ(transport_->requests, 0);
}

TEST_F(JwksCacheTest, AsksForTheConfiguredAddressWithoutACredentialAndWithACap) {
  transport_->answer = [](const HttpRequest& request) {
    EXPECT_EQ(request.url, "https://clerk.example.com/jwks");
    EXPECT_TRUE(request.bearer_auth.empty());
    EXPECT_EQ(request.max_response_bytes, 256U * 1024);
    EXPECT_EQ(request.timeout, 5s);
    return ok(es256().jwks("a"));
  };
  EXPECT_EQ(ask(make(), token_of("a")), "none");
}

TEST_F(JwksCacheTest, TrustsPlainHttpOnlyToThisMachine) {
  for (const auto* url : {"http://127.0.0.1:4400/jwks", "http://localhost/jwks", "http://[::1]/",
                          "http://[::1]:8080/", "https://x"}) {
    EXPECT_EQ(ask(make(url), token_of("a")), "none") << url;
  }
  for (const auto* url :
       {"http://clerk.example.com/jwks", "http://localhost@evil.example/",
        "http://127.0.0.1:80@evil.example/", "http://localhost.evil.example/", "https://user@x/",
        "ftp://localhost/", "file:///etc/passwd", "https://", ""}) {
    EXPECT_EQ(ask(make(url), token_of("a")), "keys_unavailable") << url;
  }
}

TEST_F(JwksCacheTest, FetchesThroughAClientWithItsKeyAndWithoutRetries) {
  transport_->answer = [](const HttpRequest& request) {
    EXPECT_EQ(request.url, "https://api.example.com/v1/jwks");
    EXPECT_EQ(request.bearer_auth.expose(), "sk_test_k");
    return HttpResponse{.status = 503};
  };
  const auto cache = JwksCache::from_clerk(Clerk{{.bearer_auth = "sk_test_k",
                                                  .server_url = "https://api.example.com/v1",
                                                  .transport = transport_}});
  EXPECT_EQ(ask(cache, token_of("a")), "keys_unavailable");
  EXPECT_EQ(transport_->requests, 1);
}

}  // namespace
}  // namespace clerk_backend_api::testing
