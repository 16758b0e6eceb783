// Which keys are taken, and which are not.
#include <gtest/gtest.h>

#include "clerk_backend_api/verification_keys.hpp"
#include "crypto/weak_keys.hpp"
#include "sdk/verify_key_set.hpp"
#include "unit/sdk/verify_signer.hpp"

namespace clerk_backend_api {
namespace {

using testing::eddsa;
using testing::es256;
using testing::rs256;
using testing::Signer;
using namespace std::string_literals;

bool is_taken(const std::string& jwk) {
  return detail::parse_verification_key(*parse_json(jwk)->if_object()).has_value();
}

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  const auto at = text.find(old);
  if (at == std::string::npos) throw std::logic_error("not in it: " + std::string(old));
  return text.replace(at, old.size(), by);
}

/// The member's text within a JWK.
std::string member(const std::string& jwk, std::string_view name) {
  return *parse_json(jwk)->if_object()->find(name)->if_string();
}

std::string rsa_with(std::string_view modulus, std::string_view exponent) {
  return R"({"kty":"RSA","n":")" + tenens::to_base64url(modulus) + R"(","e":")" +
         tenens::to_base64url(exponent) + R"("})";
}

std::string modulus_of(const Signer& signer) {
  return tenens::parse_base64url(member(signer.jwk(), "n")).value();
}

std::string ed25519_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return R"({"kty":"OKP","crv":"Ed25519","x":")" + tenens::to_base64url(bytes) + R"("})";
}

TEST(VerificationKeys, TakesAKeyOfEachKind) {
  EXPECT_TRUE(is_taken(rs256().jwk()));
  EXPECT_TRUE(is_taken(es256().jwk()));
  EXPECT_TRUE(is_taken(eddsa().jwk()));
  EXPECT_TRUE(is_taken(eddsa().jwk("k", R"(,"alg":"EdDSA","key_ops":["verify"],"x5t":"?")")));
}

TEST(VerificationKeys, PassesOverKeysForSomethingElse) {
  EXPECT_FALSE(is_taken(replaced(rs256().jwk(), R"("use":"sig")", R"("use":"enc")")));
  EXPECT_FALSE(is_taken(rs256().jwk("k", R"(,"key_ops":["encrypt"])")));
  EXPECT_FALSE(is_taken(rs256().jwk("k", R"(,"key_ops":"verify")")));
  EXPECT_FALSE(is_taken(R"({"kty":"oct","k":"AAAA","alg":"HS256"})"));
  EXPECT_FALSE(is_taken(R"({"kty":"PQ"})"));
  EXPECT_FALSE(is_taken("{}"));
}

TEST(VerificationKeys, PassesOverAnAlgorithmThatDoesNotFitTheKey) {
  EXPECT_FALSE(is_taken(replaced(rs256().jwk(), "RS256", "ES256")));
  EXPECT_FALSE(is_taken(replaced(rs256().jwk(), "RS256", "HS256")));
  EXPECT_FALSE(is_taken(replaced(rs256().jwk(), "RS256", "none")));
  EXPECT_FALSE(is_taken(es256().jwk("k", R"(,"alg":"ES384")")));
  EXPECT_FALSE(is_taken(es256().jwk("k", R"(,"alg":"ES521")")));
  EXPECT_FALSE(is_taken(eddsa().jwk("k", R"(,"alg":"ES256")")));
  EXPECT_FALSE(is_taken(replaced(es256().jwk(), "P-256", "P-384")));
}

TEST(VerificationKeys, PassesOverAKeyWhosePrivateHalfIsPublished) {
  EXPECT_FALSE(is_taken(rs256().jwk("k", R"(,"d":"AA")")));
  EXPECT_FALSE(is_taken(es256().jwk("k", R"(,"d":"AA")")));
}

TEST(VerificationKeys, PassesOverWeakRsaKeys) {
  const auto modulus = modulus_of(rs256());
  EXPECT_TRUE(is_taken(rsa_with(modulus, "\x01\x00\x01"s)));
  EXPECT_FALSE(is_taken(rsa_with(modulus, "\x01"s)));
  EXPECT_FALSE(is_taken(rsa_with(modulus, "\x03"s)));
  EXPECT_FALSE(is_taken(rsa_with(modulus, "\x01\x00\x02"s)));
  EXPECT_FALSE(is_taken(rsa_with(modulus, "\x01\x00\x00\x00\x01"s)));
  EXPECT_FALSE(is_taken(rsa_with(modulus, "\x00\x01\x00\x01"s)));
  EXPECT_FALSE(is_taken(rsa_with(modulus, "")));
  EXPECT_FALSE(is_taken(rsa_with("\0"s + modulus, "\x01\x00\x01"s)));
  EXPECT_FALSE(is_taken(rsa_with("", "\x01\x00\x01"s)));
  auto even = modulus;
  even.back() = static_cast<char>(even.back() & ~1);
  EXPECT_FALSE(is_taken(rsa_with(even, "\x01\x00\x01"s)));
  EXPECT_FALSE(is_taken(rsa_with(modulus.substr(1), "\x01\x00\x01"s)));
  EXPECT_FALSE(is_taken(rsa_with("\x81" + std::string(1024, '\x55'), "\x01\x00\x01"s)));
  EXPECT_FALSE(is_taken(Signer::rsa("RS256", 1024).jwk()));
}

TEST(VerificationKeys, KnowsTheMarkOfInfineonsRsaKeys) {
  // Powers of 65537 are what it is; the real thing is among wycheproof's keys.
  EXPECT_TRUE(tenens::crypto::is_roca_modulus("\x01\x00\x01"s));
  EXPECT_TRUE(tenens::crypto::is_roca_modulus("\x01\x00\x02\x00\x01"s));
  EXPECT_FALSE(tenens::crypto::is_roca_modulus("\x01\x00\x02\x00\x02"s));
  EXPECT_FALSE(tenens::crypto::is_roca_modulus(modulus_of(rs256())));
}

TEST(VerificationKeys, PassesOverPointsThatAreNotOnTheirCurve) {
  const auto jwk = es256().jwk();
  const auto y = member(jwk, "y");
  auto bytes = tenens::parse_base64url(y).value();
  bytes[7] = static_cast<char>(bytes[7] ^ 1);
  EXPECT_FALSE(is_taken(replaced(jwk, y, tenens::to_base64url(bytes))));
  EXPECT_FALSE(is_taken(replaced(jwk, y, tenens::to_base64url(std::string(32, '\0')))));
  EXPECT_FALSE(is_taken(replaced(jwk, y, tenens::to_base64url('\0' + bytes))));
  EXPECT_FALSE(is_taken(replaced(jwk, y, tenens::to_base64url(bytes.substr(1)))));
}

TEST(VerificationKeys, PassesOverEd25519PointsOfSmallOrderAndOddSpelling) {
  for (const auto* point : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000080",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03",
       }) {
    EXPECT_FALSE(is_taken(ed25519_of(point))) << point;
  }
  // RFC 8037, appendix A.2.
  EXPECT_TRUE(is_taken(
      R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
}

TEST(VerificationKeys, ReadsASetAndPassesOverWhatIsNotForIt) {
  const auto json = R"({"keys":[{"kty":"oct","kid":"s","k":"AAAA"},{"kty":"EC"},)" +
                    rs256().jwk("a") + "," + es256().jwk("b") + R"(],"more":1})";
  const auto keys = detail::parse_key_set(*parse_json(json));
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 2U);
  EXPECT_NE(detail::find_key(*keys, "a"), nullptr);
  EXPECT_EQ(detail::find_key(*keys, "s"), nullptr);
}

TEST(VerificationKeys, RefusesSetsThatAreAmbiguousOrEmpty) {
  const auto set = [](const std::string& keys) { return R"({"keys":[)" + keys + "]}"; };
  const auto rsa = rs256().jwk("a");
  EXPECT_TRUE(keys_from_jwks(set(rsa)));
  EXPECT_FALSE(keys_from_jwks(set(rsa + "," + rsa)));
  EXPECT_FALSE(keys_from_jwks(set(rsa + R"(,{"kty":"oct","kid":"a","k":"AAAA"})")));
  EXPECT_FALSE(keys_from_jwks(set("")));
  EXPECT_FALSE(keys_from_jwks(set("1")));
  EXPECT_FALSE(keys_from_jwks(set(R"({"kty":"oct","kid":"s","k":"AAAA"})")));
  EXPECT_FALSE(keys_from_jwks(R"({"keys":[],"keys":[]})"));
  EXPECT_FALSE(keys_from_jwks("<html>"));
  EXPECT_FALSE(keys_from_jwks(set(rsa) + std::string(256 * 1024, ' ')));
  auto many = rsa;
  for (int i = 0; i < 64; ++i) many += "," + replaced(rsa, R"("a")", '"' + std::to_string(i) + '"');
  EXPECT_FALSE(keys_from_jwks(set(many)));
  EXPECT_EQ(keys_from_jwks("").error().code, "verification_key_invalid");
}

TEST(VerificationKeys, ReadsOnePublicKeyFromAPemAndNothingElse) {
  const auto pem = rs256().pem();
  EXPECT_TRUE(keys_from_pem(pem));
  EXPECT_TRUE(keys_from_pem("\n  " + pem));
  EXPECT_TRUE(keys_from_pem(es256().pem()));
  EXPECT_TRUE(keys_from_pem(eddsa().pem()));
  EXPECT_FALSE(keys_from_pem(""));
  EXPECT_FALSE(keys_from_pem("x" + pem));
  EXPECT_FALSE(keys_from_pem(replaced(pem, "BEGIN PUBLIC KEY", "BEGIN CERTIFICATE")));
  EXPECT_FALSE(keys_from_pem(replaced(pem, "MII", "MIJ")));
  EXPECT_FALSE(keys_from_pem(pem.substr(0, pem.size() / 2)));
  EXPECT_FALSE(keys_from_pem(pem + std::string(16 * 1024, '\n')));
  EXPECT_FALSE(keys_from_pem(Signer::rsa("RS256", 1024).pem()));
}

}  // namespace
}  // namespace clerk_backend_api
