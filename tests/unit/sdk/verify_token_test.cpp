// Every way in which verify_token says no, and that it says yes.
#include "clerk_backend_api/verify_token.hpp"

#include <gtest/gtest.h>

#include <set>

#include "unit/sdk/verify_signer.hpp"

namespace clerk_backend_api {
namespace {

using testing::eddsa;
using testing::es256;
using testing::rs256;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kNow{1'700'000'000s};
constexpr const char* kPayload =
    R"({"sub":"user_1","sid":"sess_1","iss":"https://clerk.example.com",)"
    R"("azp":"https://app.example.com","iat":1700000000,"nbf":1699999990,"exp":1700000060})";
constexpr const char* kLeast = R"({"sub":"user_1","exp":1700000060})";

std::shared_ptr<VerificationKeys> rs256_keys() {
  static const auto keys = keys_from_jwks(rs256().jwks()).value();
  return keys;
}

VerifyTokenOptions at_now(std::shared_ptr<VerificationKeys> keys = rs256_keys()) {
  return {.keys = std::move(keys), .now = kNow};
}

/// The fault's name; "none" if the token passes.
std::string_view fault_of(std::string_view token, const VerifyTokenOptions& options = at_now()) {
  const auto verdict = verify_token(token, options);
  return verdict ? "none" : to_string(verdict.fault());
}

std::string_view fault_of_header(const std::string& header) {
  return fault_of(rs256().token(header, kPayload));
}
std::string_view fault_of_payload(const std::string& payload,
                                  const VerifyTokenOptions& options = at_now()) {
  return fault_of(rs256().token(payload), options);
}

TEST(VerifyToken, GivesTheClaimsOfASoundTokenForEachKindOfKey) {
  for (const auto* signer : {&rs256(), &es256(), &eddsa()}) {
    for (const auto& keys : {keys_from_pem(signer->pem()), keys_from_jwks(signer->jwks())}) {
      const auto verdict = verify_token(signer->token(kPayload), at_now(keys.value()));
      ASSERT_TRUE(verdict) << signer->alg() << ": " << to_string(verdict.fault());
      EXPECT_EQ(verdict->sub(), "user_1");
      EXPECT_EQ(verdict->exp(), kNow + 60s);
    }
  }
}

TEST(VerifyToken, VerifiesTheOtherRsaAlgorithmsWhereTheJwkNamesThem) {
  for (const auto* alg : {"RS384", "RS512", "PS256", "PS384", "PS512"}) {
    const auto signer = testing::Signer::rsa(alg);
    EXPECT_EQ(fault_of(signer.token(kPayload), at_now(keys_from_jwks(signer.jwks()).value())),
              "none")
        << alg;
    // A PEM does not name one, and then RSA means RS256.
    EXPECT_EQ(fault_of(signer.token(kPayload), at_now(keys_from_pem(signer.pem()).value())),
              "algorithm_mismatch")
        << alg;
  }
}

TEST(VerifyToken, ThrowsTheReasonForThoseWhoLikeExceptions) {
  try {
    static_cast<void>(verify_token("", at_now()).value());
    FAIL();
  } catch (const TokenRefused& refused) {
    EXPECT_EQ(refused.fault(), TokenFault::token_missing);
    EXPECT_STREQ(refused.what(), "token refused: token_missing");
  }
}

TEST(VerifyToken, EveryFaultHasANameOfItsOwn) {
  std::set<std::string_view> names;
  const auto last = static_cast<int>(TokenFault::authorized_party_not_allowed);
  for (int i = 0; i <= last; ++i) names.insert(to_string(static_cast<TokenFault>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(names.contains("unknown"));
}

// ── the form ─────────────────────────────────────────────────────────────────────────────────────

TEST(VerifyToken, RefusesWithoutKeys) {
  EXPECT_EQ(fault_of(rs256().token(kPayload), {.now = kNow}), "keys_missing");
}

TEST(VerifyToken, RefusesWhatIsNotThreePartsOfAReasonableSize) {
  const auto token = rs256().token(kPayload);
  EXPECT_EQ(fault_of(""), "token_missing");
  EXPECT_EQ(fault_of(std::string(16 * 1024 + 1, 'A')), "token_too_large");
  EXPECT_EQ(fault_of("a.b"), "not_a_jwt");
  EXPECT_EQ(fault_of(token + ".x"), "not_a_jwt");
  EXPECT_EQ(fault_of(token + "."), "not_a_jwt");
}

TEST(VerifyToken, RefusesEverySpellingOfBase64urlButTheExactOne) {
  const auto token = rs256().token(kPayload);
  const auto signature = token.rfind('.') + 1;
  for (const auto* stray : {"=", " ", "\n", "+", "/", "%3D", "\xC3\xA9"}) {
    EXPECT_EQ(fault_of(token + stray), "encoding_invalid") << stray;
    EXPECT_EQ(fault_of(stray + token), "encoding_invalid") << stray;
    EXPECT_EQ(fault_of(std::string(token).insert(signature, stray)), "encoding_invalid") << stray;
  }
  EXPECT_EQ(fault_of(std::string(token).insert(3, 1, '\0')), "encoding_invalid");
  // 256 bytes end in a character with four stray bits, which must be zero.
  auto stray_bits = token;
  ++stray_bits.back();
  EXPECT_EQ(fault_of(stray_bits), "encoding_invalid");
}

TEST(VerifyToken, RefusesAHeaderThatIsNotOneStrictObject) {
  EXPECT_EQ(fault_of_header("[]"), "header_not_json");
  EXPECT_EQ(fault_of_header("{"), "header_not_json");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1"} )"
                            "x"),
            "header_not_json");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","alg":"RS256","kid":"ins_1"})"), "header_not_json");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","x":[[[[[[[[[[]]]]]]]]]]})"), "header_not_json");
  EXPECT_EQ(fault_of_header("{\"alg\":\"RS256\",\"kid\":\"ins_1\",\"x\":\"\xff\"}"),
            "header_not_json");
}

TEST(VerifyToken, RefusesAPayloadThatIsNotOneStrictObject) {
  EXPECT_EQ(fault_of_payload("[]"), "payload_not_json");
  EXPECT_EQ(fault_of_payload(""), "payload_not_json");
  EXPECT_EQ(fault_of_payload(R"({"sub":"user_1","exp":1700000060,"sub":"user_2"})"),
            "payload_not_json");
  EXPECT_EQ(fault_of_payload(R"({"sub":"user_1","exp":1700000060,"act":{"sub":"a","sub":"b"}})"),
            "payload_not_json");
  EXPECT_EQ(fault_of_payload(R"({"sub":"user_1","exp":NaN})"), "payload_not_json");
}

// ── the header ───────────────────────────────────────────────────────────────────────────────────

TEST(VerifyToken, RefusesAlgorithmsThatProveNothingInAnyLetterCase) {
  for (const auto* alg : {"none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "rs256",
                          "RS1", "ES256K", "RSA-OAEP"}) {
    EXPECT_EQ(fault_of_header(std::string(R"({"kid":"ins_1","alg":")") + alg + R"("})"),
              "algorithm_not_supported")
        << alg;
  }
  EXPECT_EQ(fault_of_header(R"({"kid":"ins_1"})"), "algorithm_not_supported");
  EXPECT_EQ(fault_of_header(R"({"kid":"ins_1","alg":["RS256"]})"), "algorithm_not_supported");
  EXPECT_EQ(fault_of(tenens::to_base64url(R"({"kid":"ins_1","alg":"none"})") + "." +
                     tenens::to_base64url(kPayload) + "."),
            "algorithm_not_supported");
}

TEST(VerifyToken, TakesTheAlgorithmFromTheKeyAndNotFromTheHeader) {
  EXPECT_EQ(fault_of_header(R"({"kid":"ins_1","alg":"RS512"})"), "algorithm_mismatch");
  EXPECT_EQ(fault_of_header(R"({"kid":"ins_1","alg":"PS256"})"), "algorithm_mismatch");
  EXPECT_EQ(fault_of_header(R"({"kid":"ins_1","alg":"ES256"})"), "algorithm_mismatch");
}

TEST(VerifyToken, RefusesWhatTheListOfAlgorithmsDoesNotName) {
  auto options = at_now();
  options.algorithms = {{"ES256", "EdDSA"}};
  EXPECT_EQ(fault_of(rs256().token(kPayload), options), "algorithm_not_allowed");
  options.algorithms = {{"RS256"}};
  EXPECT_EQ(fault_of(rs256().token(kPayload), options), "none");
}

TEST(VerifyToken, RefusesOtherTypesAndCategoriesOfToken) {
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1"})"), "none");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","cat":"cl_B7d4PD111AAA"})"), "none");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","cat":"cl_I7d4PD111III"})"), "none");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","cat":"cl_B7d4PD222AAA"})"),
            "category_not_allowed");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","cat":null})"), "category_not_allowed");
  for (const auto* typ : {R"("at+jwt")", R"("jwt")", R"("dpop+jwt")", "null", "1"}) {
    EXPECT_EQ(fault_of_header(std::string(R"({"alg":"RS256","kid":"ins_1","typ":)") + typ + "}"),
              "type_not_allowed")
        << typ;
  }
}

TEST(VerifyToken, RefusesExtensionsThatItDoesNotUnderstand) {
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","crit":["exp"],"exp":1})"),
            "critical_header");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","crit":[]})"), "critical_header");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","b64":false})"), "payload_not_encoded");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","b64":true})"), "payload_not_encoded");
}

TEST(VerifyToken, RefusesATokenThatBringsItsOwnKey) {
  for (const auto* name : {"jwk", "jku", "x5u", "x5c"}) {
    EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1",")" + std::string(name) + R"(":)" +
                              rs256().jwk() + "}"),
              "key_in_header")
        << name;
  }
}

TEST(VerifyToken, MatchesTheKidExactly) {
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256"})"), "kid_missing");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"INS_1"})"), "kid_unknown");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_"})"), "kid_unknown");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"../../dev/null"})"), "kid_unknown");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"x' OR '1'='1"})"), "kid_invalid");  // a space
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1\u0000"})"), "kid_invalid");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_é"})"), "kid_invalid");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":""})"), "kid_invalid");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":1})"), "kid_invalid");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":")" + std::string(64, 'k') + R"("})"),
            "kid_unknown");
  EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":")" + std::string(65, 'k') + R"("})"),
            "kid_invalid");
}

TEST(VerifyToken, DoesNotAskForAKidWhereThereIsOneKeyFromAPem) {
  const auto options = at_now(keys_from_pem(rs256().pem()).value());
  EXPECT_EQ(fault_of(rs256().token(R"({"alg":"RS256"})", kPayload), options), "none");
  EXPECT_EQ(fault_of(rs256().token(R"({"alg":"RS256","kid":"other"})", kPayload), options), "none");
}

TEST(VerifyToken, RefusesAnotherKeysSignature) {
  static const auto other = testing::Signer::rsa();
  EXPECT_EQ(fault_of(other.token(kPayload)), "signature_invalid");
}

TEST(VerifyToken, RefusesTheSignatureBeforeItReadsTheClaims) {
  static const auto other = testing::Signer::rsa();
  EXPECT_EQ(fault_of(other.token("[]")), "signature_invalid");
}

// ── the claims ───────────────────────────────────────────────────────────────────────────────────

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
}  // namespace clerk_backend_api
