#include "crypto/encryption_key.hpp"

#include <gtest/gtest.h>

#include "support/fakes.hpp"

namespace tenens::crypto {
namespace {

const Secret kBytes(std::string(EncryptionKey::kBytes, 'k'));

TEST(EncryptionKey, OpensWhatItSealedAndNothingElse) {
  SeededRandom random;
  const EncryptionKey key(kBytes);
  const auto sealed = key.seal("the text", "its place", random);
  EXPECT_EQ(sealed.find("the text"), std::string::npos);
  EXPECT_EQ(key.open(sealed, "its place")->expose(), "the text");
  EXPECT_FALSE(key.open(sealed, "another place"));
  EXPECT_FALSE(EncryptionKey(Secret(std::string(32, 'x'))).open(sealed, "its place"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(key.open(changed, "its place")) << i;
    EXPECT_FALSE(key.open(sealed.substr(0, i), "its place")) << i;
  }
}

TEST(EncryptionKey, NeverSealsAlikeTwice) {
  SeededRandom random;
  const EncryptionKey key(kBytes);
  EXPECT_NE(key.seal("", "", random), key.seal("", "", random));
  EXPECT_EQ(key.open(key.seal("", "", random), "")->expose(), "");
}

TEST(EncryptionKey, IsAes256Gcm) {
  const auto bytes = [](std::string_view hex) {
    std::string made;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      made += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return made;
  };
  // McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 and 14.
  const EncryptionKey zero(Secret(std::string(32, '\0')));
  const std::string nonce(12, '\0');
  EXPECT_TRUE(zero.open(nonce + bytes("530f8afbc74536b9a963b4f1c4cb738b"), ""));
  const auto opened = zero.open(
      nonce + bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"), "");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->expose(), std::string(16, '\0'));
}

TEST(EncryptionKey, HasANameThatDependsOnEachBit) {
  EXPECT_EQ(EncryptionKey(kBytes).id(), EncryptionKey(kBytes).id());
  auto other = std::string(kBytes.expose());
  other[31] = 'l';
  EXPECT_NE(EncryptionKey(kBytes).id(), EncryptionKey(Secret(other)).id());
  EXPECT_THROW(EncryptionKey(Secret("short")), std::invalid_argument);
}

}  // namespace
}  // namespace tenens::crypto
