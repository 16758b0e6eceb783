// Bearer header and cookies, as Clerk's own back-end library judges them.
#include <gtest/gtest.h>

#include "clerk_backend_api/authenticate_request.hpp"
#include "unit/sdk/verify_signer.hpp"

namespace clerk_backend_api {
namespace {

using testing::rs256;
using namespace std::chrono_literals;

// `clerk.localhost$`. The suffix is what `openssl dgst -sha1 -binary | base64` makes of the key.
constexpr const char* kTestKey = "pk_test_Y2xlcmsubG9jYWxob3N0JA";
constexpr const char* kLiveKey = "pk_live_Y2xlcmsubG9jYWxob3N0JA==";
constexpr const char* kLiveSuffix = "_9Kq1Csaf";

std::string token_of(std::int64_t iat, std::string_view iss = "https://clerk.localhost",
                     std::string_view more = "") {
  return rs256().token(R"({"sub":"user_1","sid":"sess_1","iss":")" + std::string(iss) +
                       R"(","iat":)" + std::to_string(iat) + R"(,"exp":)" +
                       std::to_string(iat + 60) + std::string(more) + "}");
}

class AuthenticateRequest : public ::testing::Test {
 protected:
  AuthenticateRequest() {
    options_.verify_token.keys = keys_from_pem(rs256().pem()).value();
    options_.verify_token.now = std::chrono::sys_seconds(1'000s);
    options_.publishable_key = kLiveKey;
  }

  /// "signed-in" or the reason it is not.
  std::string_view with_cookie(std::string_view cookie) { return outcome({.cookie = cookie}); }
  std::string_view outcome(const IncomingRequest& request) {
    state_ = authenticate_request(request, options_);
    EXPECT_EQ(state_.is_signed_in(), state_.claims.has_value());
    return state_.is_signed_in() ? to_string(state_.status) : state_.reason;
  }

  AuthenticateRequestOptions options_;
  RequestState state_;
};

// ── the header ───────────────────────────────────────────────────────────────────────────────────

TEST_F(AuthenticateRequest, ABearerTokenIsEnough) {
  const auto header = "Bearer " + token_of(1'000);
  EXPECT_EQ(outcome({.authorization = header}), "signed-in");
  EXPECT_EQ(state_.claims->sub(), "user_1");
  options_.publishable_key.clear();
  EXPECT_EQ(outcome({.authorization = "bearer   " + token_of(1'000) + " "}), "signed-in");
}

TEST_F(AuthenticateRequest, WhoReadsTheHeaderAloneNeedsNoKey) {
  options_.publishable_key.clear();
  EXPECT_EQ(outcome({}), "session-token-and-uat-missing");
}

TEST_F(AuthenticateRequest, ABadBearerTokenIsNotMadeGoodByACookie) {
  const auto cookie = "__client_uat=1000; __session=" + token_of(1'000);
  EXPECT_EQ(outcome({.authorization = "Bearer x", .cookie = cookie}), "token-invalid");
  EXPECT_EQ(state_.fault, TokenFault::not_a_jwt);
}

TEST_F(AuthenticateRequest, OtherSchemesLeaveItToTheCookies) {
  const auto cookie = "__client_uat=1000; __session=" + token_of(1'000);
  EXPECT_EQ(outcome({.authorization = "Basic dTpw", .cookie = cookie}), "signed-in");
  EXPECT_EQ(outcome({.authorization = "Bearer", .cookie = cookie}), "signed-in");
  EXPECT_EQ(outcome({.authorization = "Bearer  ", .cookie = cookie}), "signed-in");
}

TEST_F(AuthenticateRequest, NamesTheReasonInClerksWords) {
  const auto bearer = [&](const std::string& token) {
    return outcome({.authorization = "Bearer " + token, .sec_fetch_dest = "document"});
  };
  EXPECT_EQ(bearer(token_of(900)), "token-expired");
  EXPECT_EQ(bearer(token_of(2'000)), "token-iat-in-the-future");
  EXPECT_EQ(bearer(token_of(1'000, "i", R"(,"nbf":2000)")), "token-not-active-yet");
  EXPECT_EQ(bearer(token_of(1'000, "i", R"(,"aud":"x")")), "token-verification-failed");
  EXPECT_EQ(bearer(rs256().token(R"({"alg":"none"})", "{}")), "token-invalid-algorithm");
  EXPECT_EQ(bearer(rs256().token(R"({"alg":"RS256","cat":"x"})", "{}")), "token-type-mismatch");
  auto forged = token_of(1'000);
  forged[forged.size() - 9] = forged[forged.size() - 9] == 'A' ? 'B' : 'A';
  EXPECT_EQ(bearer(forged), "token-invalid-signature");
  EXPECT_FALSE(state_.needs_handshake);
  options_.verify_token.authorized_parties = {{"https://app.example.com"}};
  EXPECT_EQ(bearer(token_of(1'000)), "token-invalid-authorized-parties");
  options_.verify_token.keys = nullptr;
  EXPECT_EQ(bearer(token_of(1'000)), "jwk-failed-to-resolve");
  options_.verify_token.keys = keys_from_jwks(rs256().jwks("other")).value();
  EXPECT_EQ(bearer(token_of(1'000)), "jwk-kid-mismatch");
}

TEST_F(AuthenticateRequest, APendingSessionCountsAsSignedOutUnlessAskedOtherwise) {
  const auto header = "Bearer " + token_of(1'000, "i", R"(,"sts":"pending")");
  EXPECT_EQ(outcome({.authorization = header}), "session-pending");
  options_.accept_pending_sessions = true;
  EXPECT_EQ(outcome({.authorization = header}), "signed-in");
}

// ── the cookies ──────────────────────────────────────────────────────────────────────────────────

TEST_F(AuthenticateRequest, APairOfCookiesIsEnoughWithALiveKey) {
  EXPECT_EQ(with_cookie("__session=" + token_of(1'000) + "; __client_uat=1000"), "signed-in");
  EXPECT_EQ(with_cookie("a=b;__client_uat=990 ;x; __session=" + token_of(1'000)), "signed-in");
}

TEST_F(AuthenticateRequest, ATestKeyWantsTheBrowsersTokenAsWell) {
  options_.publishable_key = kTestKey;
  const auto pair = "__session=" + token_of(1'000) + "; __client_uat=1000";
  EXPECT_EQ(with_cookie(pair), "dev-browser-missing");
  EXPECT_EQ(with_cookie(pair + "; __clerk_db_jwt=dvb_1"), "signed-in");
}

TEST_F(AuthenticateRequest, WithoutAPublishableKeyCookiesAreNotRead) {
  for (const auto* key : {"", "pk_test_", "pk_live_!!!!", "sk_test_Y2xlcmsubG9jYWxob3N0JA",
                          "pk_live_Y2xlcmsubG9jYWxob3N0"}) {
    options_.publishable_key = key;
    EXPECT_EQ(with_cookie("__session=" + token_of(1'000) + "; __client_uat=1000"),
              "publishable-key-invalid")
        << key;
  }
}

TEST_F(AuthenticateRequest, HalfAPairAsksTheBrowserAgain) {
  EXPECT_EQ(with_cookie(""), "session-token-and-uat-missing");
  EXPECT_EQ(with_cookie("__client_uat=0"), "session-token-and-uat-missing");
  EXPECT_EQ(with_cookie("__client_uat=1000"), "client-uat-but-no-session-token");
  const auto session = "__session=" + token_of(1'000);
  EXPECT_EQ(with_cookie(session), "session-token-but-no-client-uat");
  EXPECT_EQ(with_cookie(session + "; __client_uat=0"), "session-token-but-no-client-uat");
  EXPECT_EQ(with_cookie(session + "; __client_uat=12x"), "session-token-but-no-client-uat");
}

TEST_F(AuthenticateRequest, ATokenFromBeforeTheLastSignInIsNotTheBrowsersAnyMore) {
  EXPECT_EQ(with_cookie("__session=" + token_of(1'000) + "; __client_uat=1001"),
            "session-token-iat-before-client-uat");
}

TEST_F(AuthenticateRequest, AnExpiredCookieIsAQuestionToTheBrowser) {
  const auto cookie = "__session=" + token_of(900) + "; __client_uat=800";
  EXPECT_EQ(with_cookie(cookie), "session-token-expired");
  EXPECT_EQ(with_cookie("__session=" + token_of(2'000) + "; __client_uat=800"),
            "session-token-iat-in-the-future");
  EXPECT_EQ(
      with_cookie("__session=" + token_of(1'000, "https://clerk.localhost", R"(,"nbf":1500)") +
                  "; __client_uat=800"),
      "session-token-nbf");
}

TEST_F(AuthenticateRequest, OnlyPageLoadsCanBeSentToTheHandshake) {
  const auto needs = [&](IncomingRequest request) {
    const auto cookie = "__session=" + token_of(900) + "; __client_uat=800";
    request.cookie = cookie;
    outcome(request);
    return state_.needs_handshake;
  };
  EXPECT_TRUE(needs({.sec_fetch_dest = "document"}));
  EXPECT_TRUE(needs({.sec_fetch_dest = "iframe"}));
  EXPECT_TRUE(needs({.accept = "text/html,application/xhtml+xml"}));
  EXPECT_FALSE(needs({.accept = "text/html", .sec_fetch_dest = "empty"}));
  EXPECT_FALSE(needs({.method = "POST", .sec_fetch_dest = "document"}));
  EXPECT_FALSE(needs({.accept = "application/json"}));
  EXPECT_FALSE(needs({}));
}

TEST_F(AuthenticateRequest, TheKeysOwnPairIsPreferredToThePlainOne) {
  const std::string own = kLiveSuffix;
  const auto foreign = token_of(1'000, "https://clerk.elsewhere.example");
  EXPECT_EQ(with_cookie("__session=" + foreign + "; __client_uat=1000; __session" + own + "=" +
                        token_of(1'000) + "; __client_uat" + own + "=1000"),
            "signed-in");
}

TEST_F(AuthenticateRequest, APlainTokenOfAnotherInstanceIsNotOurs) {
  const auto foreign = token_of(1'000, "https://clerk.elsewhere.example");
  EXPECT_EQ(with_cookie("__session=" + foreign + "; __client_uat=1000"),
            "session-token-and-uat-missing");
}

TEST_F(AuthenticateRequest, OfTwoPairsTheNewerOneCounts) {
  const std::string own = kLiveSuffix;
  const auto pair = [](const std::string& suffix, std::int64_t iat, const char* uat) {
    return "__session" + suffix + "=" + token_of(iat) + "; __client_uat" + suffix + "=" + uat +
           "; ";
  };
  EXPECT_EQ(with_cookie(pair(own, 900, "900") + pair("", 1'000, "1000")), "signed-in");
  EXPECT_EQ(with_cookie(pair(own, 1'000, "1000") + pair("", 900, "900")), "signed-in");
  EXPECT_EQ(with_cookie("__client_uat" + own + "=0; " + pair("", 1'000, "1000")), "signed-in");
  EXPECT_EQ(with_cookie("__client_uat=0; " + pair(own, 1'000, "1000")), "signed-in");
}

TEST_F(AuthenticateRequest, RubbishInTheCookiesIsRefusedQuietly) {
  for (const auto* session : {"x", "..", "a.b.c", "\"quoted\"", "%00"}) {
    const auto cookie = std::string("__client_uat=1; __session=") + session;
    EXPECT_NE(with_cookie(cookie), "signed-in") << session;
  }
  EXPECT_EQ(with_cookie(";;; = ;=;__session;__client_uat"), "session-token-and-uat-missing");
}

}  // namespace
}  // namespace clerk_backend_api
