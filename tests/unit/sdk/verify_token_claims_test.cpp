// Which claims a token must make, and when they hold.
#include <gtest/gtest.h>

#include "unit/sdk/verify_fixture.hpp"

namespace clerk_backend_api::testing {
namespace {

TEST(VerifyToken, NeedsASubAndAnExp) {
  EXPECT_EQ(fault_of_payload(kLeast), "none");
  EXPECT_EQ(fault_of_payload(R"({"exp":1700000060})"), "claim_missing");
  EXPECT_EQ(fault_of_payload(R"({"sub":"","exp":1700000060})"), "claim_missing");
  EXPECT_EQ(fault_of_payload(R"({"sub":"user_1"})"), "claim_missing");
}

TEST(VerifyToken, RefusesClaimsOfAnotherType) {
  for (const auto* claim : {R"("sid":1)", R"("iss":null)", R"("azp":[])", R"("jti":{})",
                            R"("sts":true)", R"("nbf":"1")", R"("iat":-1)", R"("iat":1e300)",
                            R"("iat":253402300800)", R"("act":"user_2")", R"("act":null)",
                            R"("act":[{"sub":"user_2"}])", R"("aud":1)", R"("aud":["x",1])"}) {
    EXPECT_EQ(fault_of_payload(R"({"sub":"user_1","exp":1700000060,)" + std::string(claim) + "}"),
              "claim_type_invalid")
        << claim;
  }
  EXPECT_EQ(fault_of_payload(R"({"sub":1,"exp":1700000060})"), "claim_type_invalid");
  EXPECT_EQ(fault_of_payload(R"({"sub":"user_1","exp":"1700000060"})"), "claim_type_invalid");
  EXPECT_EQ(fault_of_payload(R"({"sub":"user_1","exp":18446744073709551615})"),
            "claim_type_invalid");
}

TEST(VerifyToken, TakesFractionsOfASecond) {
  EXPECT_EQ(fault_of_payload(R"({"sub":"user_1","exp":1700000060.5,"iat":1.7e9})"), "none");
}

TEST(VerifyToken, KeepsTheTimesToTheMillisecond) {
  auto options = at_now();
  options.clock_skew = 0ms;
  const auto token = rs256().token(kPayload);
  const auto at = [&](std::chrono::sys_time<std::chrono::milliseconds> now) {
    options.now = now;
    return fault_of(token, options);
  };
  EXPECT_EQ(at(kNow + 60s), "expired");
  EXPECT_EQ(at(kNow + 60s - 1ms), "none");
  EXPECT_EQ(at(kNow - 1ms), "issued_in_future");
  EXPECT_EQ(at(kNow - 10s - 1ms), "not_active_yet");
  options.clock_skew = 5s;
  EXPECT_EQ(at(kNow + 65s), "expired");
  EXPECT_EQ(at(kNow + 65s - 1ms), "none");
  EXPECT_EQ(at(kNow - 5s), "none");
  EXPECT_EQ(at(kNow - 5s - 1ms), "issued_in_future");
}

TEST(VerifyToken, AllowsTheSkewForNbfAsWell) {
  const auto nbf = [](const char* at) {
    return fault_of_payload(R"({"sub":"user_1","exp":1700000060,"nbf":)" + std::string(at) + "}");
  };
  EXPECT_EQ(nbf("1700000005"), "none");
  EXPECT_EQ(nbf("1700000006"), "not_active_yet");
}

TEST(VerifyToken, BoundsTheSkewAtFiveMinutesAndZero) {
  auto options = at_now();
  options.clock_skew = std::chrono::milliseconds::max();
  options.now = kNow + 60s + 5min;
  EXPECT_EQ(fault_of(rs256().token(kPayload), options), "expired");
  options.clock_skew = -1h;
  options.now = kNow + 59s;
  EXPECT_EQ(fault_of(rs256().token(kPayload), options), "none");
}

TEST(VerifyToken, ReadsTheSystemsClockByDefault) {
  EXPECT_EQ(fault_of(rs256().token(kPayload), {.keys = rs256_keys()}), "expired");
  EXPECT_EQ(
      fault_of(rs256().token(R"({"sub":"user_1","exp":32503680000})"), {.keys = rs256_keys()}),
      "none");
}

TEST(VerifyToken, ComparesIssuersExactlyWhereTheyAreGiven) {
  auto options = at_now();
  options.issuers = {{"https://clerk.example.com"}};
  EXPECT_EQ(fault_of_payload(kPayload, options), "none");
  EXPECT_EQ(fault_of_payload(kLeast, options), "issuer_not_allowed");
  options.issuers = {{"https://clerk.example.com/", "https://clerk.example"}};
  EXPECT_EQ(fault_of_payload(kPayload, options), "issuer_not_allowed");
}

TEST(VerifyToken, ComparesAuthorizedPartiesExactlyWhereTheyAreGiven) {
  auto options = at_now();
  options.authorized_parties = {{"https://other.example.com", "https://app.example.com"}};
  EXPECT_EQ(fault_of_payload(kPayload, options), "none");
  EXPECT_EQ(fault_of_payload(kLeast, options), "authorized_party_missing");
  options.authorized_parties = {{"https://app.example.com.evil.example"}};
  EXPECT_EQ(fault_of_payload(kPayload, options), "authorized_party_not_allowed");
}

TEST(VerifyToken, WantsAnAudienceOnlyWhereItKnowsItsOwn) {
  const auto with_aud = [](const std::string& aud) {
    return R"({"sub":"user_1","exp":1700000060,"aud":)" + aud + "}";
  };
  auto options = at_now();
  // Somebody else's token: RFC 7519 section 4.1.3.
  EXPECT_EQ(fault_of_payload(with_aud(R"("api")"), options), "audience_not_allowed");
  options.audience = {{"api"}};
  EXPECT_EQ(fault_of_payload(with_aud(R"("api")"), options), "none");
  EXPECT_EQ(fault_of_payload(with_aud(R"(["x","api"])"), options), "none");
  EXPECT_EQ(fault_of_payload(with_aud(R"(["x"])"), options), "audience_not_allowed");
  EXPECT_EQ(fault_of_payload(with_aud("[]"), options), "audience_not_allowed");
  EXPECT_EQ(fault_of_payload(kLeast, options), "audience_not_allowed");
}

TEST(VerifyToken, AListThatIsGivenAndEmptyLetsNothingThrough) {
  const auto without = [](auto member) {
    auto options = at_now();
    options.*member = std::vector<std::string>{};
    return fault_of_payload(kPayload, options);
  };
  EXPECT_EQ(without(&VerifyTokenOptions::algorithms), "algorithm_not_allowed");
  EXPECT_EQ(without(&VerifyTokenOptions::issuers), "issuer_not_allowed");
  EXPECT_EQ(without(&VerifyTokenOptions::audience), "audience_not_allowed");
  EXPECT_EQ(without(&VerifyTokenOptions::authorized_parties), "authorized_party_not_allowed");
}

}  // namespace
}  // namespace clerk_backend_api::testing
