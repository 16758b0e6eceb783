// A signature is right in every bit and in its length, or it is not one.
#include <gtest/gtest.h>

#include "sdk/verify_jws.hpp"
#include "sdk/verify_key_set.hpp"
#include "unit/sdk/verify_signer.hpp"

namespace clerk_backend_api {
namespace {

using testing::Signer;

struct Kind {
  const char* name;
  const Signer& (*signer)();  // makes the key when it is called first
};

class VerifySignature : public ::testing::TestWithParam<Kind> {
 protected:
  /// What verify_token does with a token's text, up to the claims.
  [[nodiscard]] bool passes(const std::string& signature) const {
    const auto token = text_ + '.' + tenens::to_base64url(signature);
    const auto parsed = detail::parse_jws(token);
    const auto* jws = std::get_if<detail::Jws>(&parsed);
    return jws != nullptr && !detail::find_signature_fault(*jws, key_);
  }

  const Signer& signer_ = GetParam().signer();
  const tenens::crypto::VerificationKey key_ =
      detail::parse_verification_key(*parse_json(signer_.jwk())->if_object()).value();
  const std::string text_ = tenens::to_base64url(R"({"alg":")" + signer_.alg() + R"("})") + '.' +
                            tenens::to_base64url(R"({"sub":"user_1"})");
  const std::string signature_ = signer_.sign(text_);
};

TEST_P(VerifySignature, TheWholeOnePasses) {
  EXPECT_TRUE(passes(signature_));
}

TEST_P(VerifySignature, EveryFlippedBitIsRefused) {
  for (std::size_t bit = 0; bit < signature_.size() * 8; ++bit) {
    auto flipped = signature_;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(passes(flipped)) << "bit " << bit;
  }
}

TEST_P(VerifySignature, EveryLengthOfTruncationIsRefusedFromBothEnds) {
  for (std::size_t length = 0; length < signature_.size(); ++length) {
    EXPECT_FALSE(passes(signature_.substr(0, length))) << length;
    EXPECT_FALSE(passes(signature_.substr(signature_.size() - length))) << length;
  }
}

TEST_P(VerifySignature, LongerOnesAreRefused) {
  EXPECT_FALSE(passes(signature_ + '\0'));
  EXPECT_FALSE(passes('\0' + signature_));
  EXPECT_FALSE(passes(signature_ + signature_));
}

TEST_P(VerifySignature, EveryFlippedBitOfTheTextIsRefused) {
  for (std::size_t bit = 0; bit < text_.size() * 8; ++bit) {
    auto flipped = text_;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(key_.verify(flipped, signature_)) << "bit " << bit;
  }
}

TEST_P(VerifySignature, EveryTruncationOfTheTokenIsRefused) {
  const auto token = text_ + '.' + tenens::to_base64url(signature_);
  for (std::size_t length = 0; length < token.size(); ++length) {
    const auto parsed = detail::parse_jws(std::string_view(token).substr(0, length));
    const auto* jws = std::get_if<detail::Jws>(&parsed);
    EXPECT_TRUE(jws == nullptr || detail::find_signature_fault(*jws, key_)) << length;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, VerifySignature,
                         ::testing::Values(Kind{"RS256", testing::rs256},
                                           Kind{"ES256", testing::es256},
                                           Kind{"EdDSA", testing::eddsa}),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(VerifySignatureForm, AnEcdsaSignatureWithItsNumbersPaddedIsRefused) {
  const auto key =
      detail::parse_verification_key(*parse_json(testing::es256().jwk())->if_object()).value();
  const auto signature = testing::es256().sign("text");
  ASSERT_TRUE(key.verify("text", signature));
  EXPECT_FALSE(key.verify("text", '\0' + signature.substr(0, 32) + '\0' + signature.substr(32)));
  EXPECT_FALSE(key.verify("text", std::string(4096, '\xff')));
}

TEST(VerifySignatureForm, AnEcdsaSignatureInDerIsRefused) {
  // 64 bytes is the only length; a DER signature of 64 bytes would still not be R and S.
  const auto key =
      detail::parse_verification_key(*parse_json(testing::es256().jwk())->if_object()).value();
  EXPECT_FALSE(key.verify("text", "\x30\x44\x02\x20" + std::string(68, 'x')));
  EXPECT_FALSE(key.verify("text", std::string(64, '\0')));
  EXPECT_FALSE(key.verify("text", std::string(64, '\xff')));
}

}  // namespace
}  // namespace clerk_backend_api
