#include "base/base64url.hpp"

#include <gtest/gtest.h>

namespace tenens {
namespace {

TEST(Base64url, GoesThereAndBack) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\x00\x01"}) {
    EXPECT_EQ(parse_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(Base64url, RefusesEverythingButTheOneSpelling) {
  for (const auto* text : {"Zg==", "Zg=", "Z", "Zh", "Zm9", "Z g", "Zg\n", "Zm+v", "Zm/v"}) {
    EXPECT_FALSE(parse_base64url(text)) << text;
  }
}

TEST(Base64, PadsAsPublishableKeysDo) {
  EXPECT_EQ(to_base64("clerk.localhost$"), "Y2xlcmsubG9jYWxob3N0JA==");
}

}  // namespace
}  // namespace tenens
