#include "http/site.hpp"

#include <gtest/gtest.h>

namespace tenens::http {
namespace {

Site production() {
  return Site({.public_url = "https://clerk.example.com/",
               .app_url = "https://app.example.com",
               .allowed_origins = {"https://admin.example.com", "http://staging.example.com:8080",
                                   "not a url"},
               .publishable_key = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k",
               .frontend_host = "clerk.example.com",
               .production = true});
}

TEST(OriginOf, IsWhatABrowserWouldSend) {
  EXPECT_EQ(origin_of("https://App.Example.com:443/path?x#y"), "https://app.example.com");
  EXPECT_EQ(origin_of("http://localhost:3000/"), "http://localhost:3000");
  EXPECT_EQ(origin_of("http://[::1]:80"), "http://[::1]");
  for (const auto* url : {"", "null", "example.com", "ftp://example.com", "javascript:alert(1)",
                          "https://user@example.com", "https://", "//example.com",
                          "http://localhost:3000.evil.example/", "http://localhost:80x",
                          "http://localhost:3000:1/", "http://a.test:99999", "http://a.test:0"}) {
    EXPECT_EQ(origin_of(url), std::nullopt) << url;
  }
}

TEST(Cors, AdmitsExactlyTheOriginsOnTheList) {
  const auto site = production();
  for (const auto* origin : {"https://clerk.example.com", "https://app.example.com",
                             "https://admin.example.com", "http://staging.example.com:8080"}) {
    EXPECT_TRUE(site.admits(origin)) << origin;
  }
}

TEST(Cors, AdmitsNothingThatOnlyLooksLikeOne) {
  const auto site = production();
  for (const auto* origin : {"",
                             "null",
                             "*",
                             "https://app.example.com.evil.example",
                             "https://evilapp.example.com",
                             "https://app.example.com:8443",
                             "http://app.example.com",
                             "https://app.example.com/",
                             "https://APP.example.com",
                             "https://app.example.com@evil.example",
                             "https://example.com",
                             "https://app.example.comx",
                             "https://app.example.com,https://evil.example",
                             "https://app.example.com https://evil.example",
                             "file://",
                             "https://app.example.com%00",
                             "http://localhost:3000",
                             "http://127.0.0.1",
                             "http://staging.example.com",
                             "https://app.example.com.",
                             "https://app.example.com:443",
                             "https://app.example.com:0443",
                             "https://app.example.com:",
                             "https://app.example.com?",
                             "https://app.example.com#",
                             "https://app.example.com\\",
                             "https://app.example.com/..",
                             "https://app.example.com;",
                             "https://app.example.com\t",
                             " https://app.example.com",
                             "https://app.example.com ",
                             "https:app.example.com",
                             "https:/app.example.com",
                             "https:///app.example.com",
                             "https:\\\\app.example.com",
                             "//app.example.com",
                             "app.example.com",
                             "HTTPS://app.example.com",
                             "Https://app.example.com",
                             "https://App.example.com",
                             "https://app。example.com",
                             "https://app%2eexample.com",
                             "https://аpp.example.com",
                             "https://xn--pp-8cd.example.com",
                             "https://app.example.com:80",
                             "https://app.example.com:65536",
                             "https://app.example.com:-1",
                             "https://user@app.example.com",
                             "https://user:pass@app.example.com",
                             "https://evil.example@app.example.com",
                             "https://evil.example/app.example.com",
                             "https://evil.example?app.example.com",
                             "https://evil.example#app.example.com",
                             "https://evil.example\\app.example.com",
                             "https://app.example.com.localhost",
                             "https://app-example.com",
                             "https://appexample.com",
                             "https://xapp.example.com",
                             "https://app.example.co",
                             "https://app.example.com.co",
                             "https://*.example.com",
                             "https://.example.com",
                             "https://example.com.evil.example",
                             "https://.app.example.com",
                             "wss://app.example.com",
                             "ws://app.example.com",
                             "ftp://app.example.com",
                             "chrome-extension://app.example.com",
                             "moz-extension://x",
                             "about:blank",
                             "about:srcdoc",
                             "blob:https://app.example.com/x",
                             "data:text/html,x",
                             "javascript:alert(1)",
                             "NULL",
                             "undefined",
                             "https://[::1]",
                             "https://admin.example.com:8080",
                             "http://staging.example.com:80",
                             "http://staging.example.com:08080",
                             "https://staging.example.com:8080",
                             "http://staging.example.com:8081"}) {
    EXPECT_FALSE(site.admits(origin)) << origin;
  }
}

TEST(Cors, AdmitsLocalPagesInDevelopmentAndNoOthers) {
  const Site site({.dev = true});
  for (const auto* origin :
       {"http://localhost:3000", "https://localhost", "http://127.0.0.1:1", "http://[::1]:65535"}) {
    EXPECT_TRUE(site.admits(origin)) << origin;
  }
  for (const auto* origin :
       {"null", "http://localhost.evil.example", "http://localhost:", "http://localhost:123456",
        "http://localhost:80a", "http://localhost:3000/", "http://evil.example/localhost",
        "http://127.0.0.1.evil.example", "http://127.0.0.2", "http://localhost@evil.example",
        "ftp://localhost", "http://[::1", "http://xlocalhost"}) {
    EXPECT_FALSE(site.admits(origin)) << origin;
  }
}

TEST(Site, KnowsItsOwnPages) {
  const auto site = production();
  EXPECT_TRUE(site.is_own("https://clerk.example.com", "whatever"));
  EXPECT_FALSE(site.is_own("https://app.example.com", "app.example.com"));
  const Site dev({.public_url = "http://localhost:4400", .dev = true});
  EXPECT_TRUE(dev.is_own("http://127.0.0.1:4400", "127.0.0.1:4400"));
  EXPECT_FALSE(dev.is_own("http://localhost:3000", "localhost:4400"));
}

TEST(Site, UnderstandsItsUrls) {
  const auto site = production();
  EXPECT_TRUE(site.https());
  EXPECT_EQ(site.base_path(), "");
  EXPECT_EQ(site.app_origin(), "https://app.example.com");
  EXPECT_EQ(Site({.public_url = "http://a.example/__clerk/"}).base_path(), "/__clerk");
}

TEST(Site, DerivesTheCookieSuffixAsClerkDoes) {
  // base64url(SHA-1(publishable key)), its first eight characters.
  EXPECT_EQ(Site({.publishable_key = "abc"}).cookie_suffix(), "qZk-NkcG");
}

}  // namespace
}  // namespace tenens::http
