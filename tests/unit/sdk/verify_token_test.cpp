// The ways in which a token can be wrong before anybody looks at what it claims.
#include <gtest/gtest.h>

#include <set>

#include "unit/sdk/verify_fixture.hpp"

namespace clerk_backend_api::testing {
namespace {

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
    const auto signer = Signer::rsa(alg);
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

TEST(VerifyToken, ReadsAHeaderThatIsNotTheLastOnesAnew) {
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1"})"), "none");
    EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_2"})"), "kid_unknown");
    EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_1","crit":["x"]})"), "critical_header");
    EXPECT_EQ(fault_of_header(R"({"alg":"RS256","kid":"ins_2"})"), "kid_unknown");
    const auto long_one =
        R"({"alg":"RS256","kid":"ins_1","x":")" + std::string(1000, 'x') + R"("})";
    EXPECT_EQ(fault_of_header(long_one), "none");
  }
}

TEST(VerifyToken, DoesNotAskForAKidWhereThereIsOneKeyFromAPem) {
  const auto options = at_now(keys_from_pem(rs256().pem()).value());
  EXPECT_EQ(fault_of(rs256().token(R"({"alg":"RS256"})", kPayload), options), "none");
  EXPECT_EQ(fault_of(rs256().token(R"({"alg":"RS256","kid":"other"})", kPayload), options), "none");
}

TEST(VerifyToken, RefusesAnotherKeysSignature) {
  static const auto other = Signer::rsa();
  EXPECT_EQ(fault_of(other.token(kPayload)), "signature_invalid");
}

TEST(VerifyToken, RefusesTheSignatureBeforeItReadsTheClaims) {
  static const auto other = Signer::rsa();
  EXPECT_EQ(fault_of(other.token("[]")), "signature_invalid");
}

}  // namespace
}  // namespace clerk_backend_api::testing
