#include "crypto/jwt.hpp"

#include <gtest/gtest.h>

#include "base/base64url.hpp"
#include "crypto/digest.hpp"
#include "crypto/verification_key.hpp"

namespace tenens::crypto {
namespace {

const Secret kKey("0123456789abcdef0123456789abcdef");

TEST(Ticket, ComesBackAsItWasSigned) {
  EXPECT_EQ(verify_ticket(kKey, sign_ticket(kKey, R"({"a":1})")), R"({"a":1})");
}

TEST(Ticket, OfAnotherKeyIsRefused) {
  EXPECT_FALSE(verify_ticket(Secret("another"), sign_ticket(kKey, "{}")));
}

TEST(Ticket, IsRefusedWithAnyOneBitFlipped) {
  const auto ticket = sign_ticket(kKey, R"({"sid":"act_1"})");
  for (std::size_t at = 0; at < ticket.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto bad = ticket;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      ASSERT_FALSE(verify_ticket(kKey, bad)) << "byte " << at << " bit " << bit;
    }
  }
}

TEST(Ticket, IsRefusedAtEveryShorterLengthAndWithAnythingAfterIt) {
  const auto ticket = sign_ticket(kKey, R"({"sid":"act_1"})");
  for (std::size_t length = 0; length < ticket.size(); ++length) {
    ASSERT_FALSE(verify_ticket(kKey, ticket.substr(0, length))) << length;
  }
  for (const auto* tail : {".", "=", " ", "\n", "A", "AAAA"}) {
    EXPECT_FALSE(verify_ticket(kKey, ticket + tail)) << tail;
  }
}

TEST(Ticket, WithAnotherAlgorithmInItsHeaderIsRefused) {
  for (const auto* header : {R"({"alg":"none"})", R"({"alg":"RS256","typ":"JWT"})",
                             R"({"typ":"JWT","alg":"HS256"})", R"({"alg":"HS256"})"}) {
    const auto head = to_base64url(header) + "." + to_base64url("{}");
    const auto mac = hmac_sha256(kKey.expose(), head);
    EXPECT_FALSE(verify_ticket(kKey, head + "." + to_base64url(as_bytes(mac)))) << header;
    EXPECT_FALSE(verify_ticket(kKey, head + ".")) << header;
  }
}

class SessionJwt : public testing::TestWithParam<SignatureAlgorithm> {
 protected:
  /// The public half, as a verifier gets it.
  static VerificationKey verifier_of(const PrivateKey& key) {
    const auto jwk = key.jwk_members();
    const auto bytes = [&](std::string_view wanted) {
      for (const auto& [name, value] : jwk) {
        if (name == wanted) return parse_base64url(value).value();
      }
      return std::string();
    };
    return (is_rsa(key.algorithm())
                ? VerificationKey::from_rsa(key.algorithm(), bytes("n"), bytes("e"))
                : VerificationKey::from_point(key.algorithm(), Curve::p256, bytes("x"), bytes("y")))
        .value();
  }
};

TEST_P(SessionJwt, IsSignedByTheKeyAndNamesIt) {
  const auto key = PrivateKey::generate(GetParam());
  const auto jwt = sign_session_jwt(key, key.thumbprint(), R"({"sub":"user_1"})");
  const auto last_dot = jwt.rfind('.');
  const auto signature = parse_base64url(jwt.substr(last_dot + 1));
  ASSERT_TRUE(signature);
  EXPECT_TRUE(verifier_of(key).verify(jwt.substr(0, last_dot), *signature));
  const auto header = parse_base64url(jwt.substr(0, jwt.find('.')));
  EXPECT_EQ(header, R"({"alg":")" + std::string(to_string(GetParam())) +
                        R"(","cat":"cl_B7d4PD111AAA","kid":")" + key.thumbprint() +
                        R"(","typ":"JWT"})");
}

TEST_P(SessionJwt, IsSignedByTheSameKeyWhenThatHasBeenWrittenDown) {
  const auto key = PrivateKey::generate(GetParam());
  const auto again = PrivateKey::from_pem(key.to_pem());
  EXPECT_EQ(again.algorithm(), GetParam());
  EXPECT_EQ(again.thumbprint(), key.thumbprint());
  // Often enough for an R or S with a zero in front.
  const auto verifier = verifier_of(key);
  for (int i = 0; i < 600; i += is_rsa(GetParam()) ? 100 : 1) {
    const auto text = std::to_string(i);
    EXPECT_TRUE(verifier.verify(text, again.sign(text)));
    EXPECT_FALSE(verifier.verify(text + "s", again.sign(text)));
  }
}

INSTANTIATE_TEST_SUITE_P(Algorithms, SessionJwt,
                         testing::Values(SignatureAlgorithm::rs256, SignatureAlgorithm::es256));

TEST(PrivateKey, RefusesWhatIsNotAGoodKey) {
  EXPECT_THROW((void)PrivateKey::from_pem("nonsense"), std::runtime_error);
  EXPECT_THROW((void)PrivateKey::generate(SignatureAlgorithm::es384), std::runtime_error);
}

TEST(Digest, IsSha256AndHmacOfRfc4231) {
  EXPECT_EQ(to_base64url(as_bytes(sha256("abc"))), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  EXPECT_EQ(to_base64url(as_bytes(hmac_sha256("Jefe", "what do ya want for nothing?"))),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
}

}  // namespace
}  // namespace tenens::crypto
