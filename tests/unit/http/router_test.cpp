#include "http/router.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tenens::http {
namespace {

const Router router(route_table());

std::string_view route(std::string_view method, std::string_view path) {
  const auto resource = router.find(path);
  const auto* found = resource.find(method);
  return found == nullptr ? std::string_view() : found->pattern;
}

TEST(Router, FindsEveryRouteOfItsTable) {
  for (const auto& expected : route_table()) {
    std::string path(expected.pattern);
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      path.replace(open, path.find('}') - open + 1, "x");
    }
    EXPECT_EQ(route(expected.method, path), expected.pattern) << path;
  }
}

TEST(Router, NoRouteStandsInTheTableTwice) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& known : route_table()) {
    EXPECT_TRUE(seen.insert({known.method, known.pattern}).second) << known.pattern;
  }
}

TEST(Router, PrefersTheLiteralPath) {
  EXPECT_EQ(route("GET", "/v1/users/count"), "/v1/users/count");
  EXPECT_EQ(route("GET", "/v1/users/counts"), "/v1/users/{user_id}");
  // Also for the methods that it has not.
  EXPECT_EQ(route("DELETE", "/v1/users/count"), "");
  EXPECT_EQ(router.find("/v1/users/count").allow(), "GET, HEAD");
}

TEST(Router, DecodesWhatStandsInBraces) {
  const auto resource = router.find("/v1/users/user%5F1%20x");
  EXPECT_EQ(*resource.params().find("user_id"), "user_1 x");
  EXPECT_EQ(route("GET", "/v1/%75sers/user_1"), "/v1/users/{user_id}");
}

TEST(Router, KnowsNoOtherPaths) {
  for (const auto* path : {"",
                           "/",
                           "v1/users",
                           "/v1/users/",
                           "//v1/users",
                           "/v1//users",
                           "/v1/users/a%2Fb",
                           "/v1/users/%00",
                           "/v1/users/%",
                           "/v1/users/%zz",
                           "/V1/users",
                           "/v1/users/a/b",
                           "/v1/users/../jwks",
                           "/v1/jwks%2F",
                           "/v1%2fjwks",
                           "/v1/users/%ff",
                           "/v1/users/a/b/c/d/e/f/g/h/i",
                           "*",
                           "/tenens",
                           "/tenens/",
                           "/tenens/../page.css"}) {
    EXPECT_FALSE(router.find(path).exists()) << path;
  }
}

TEST(Router, ServesHeadWhereGetIs) {
  EXPECT_EQ(route("HEAD", "/v1/jwks"), "/v1/jwks");
  EXPECT_EQ(route("HEAD", "/v1/client/sign_ins"), "");
}

TEST(Router, NamesTheMethodsThatAreAllowed) {
  EXPECT_EQ(router.find("/v1/jwks").allow(), "GET, HEAD");
  EXPECT_EQ(router.find("/v1/users/x").allow(), "GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(router.find("/v1/client/sign_ins").allow(), "POST, OPTIONS");
  EXPECT_EQ(route("TRACE", "/v1/jwks"), "");
  EXPECT_EQ(route("get", "/v1/jwks"), "");
}

std::string_view meant(std::string method, std::string path, Params query) {
  const Request request{.method = std::move(method),
                        .path = path,
                        .query = std::move(query),
                        .headers = {},
                        .body = {},
                        .address = {}};
  // The result may point into the request, whose methods here are literals in the comparison below.
  const auto found = meant_method(request, router.find(path));
  for (const std::string_view known : {"GET", "POST", "PATCH", "PUT", "DELETE"}) {
    if (found == known) return known;
  }
  return {};
}

TEST(MeantMethod, IsNamedInTheQueryOfAFrontendPost) {
  EXPECT_EQ(meant("POST", "/v1/client/sessions", {{"_method", "DELETE"}}), "DELETE");
  EXPECT_EQ(meant("POST", "/v1/environment", {{"_method", "PATCH"}}), "PATCH");
}

TEST(MeantMethod, IsTheRequestsOwnOtherwise) {
  EXPECT_EQ(meant("GET", "/v1/client/sessions", {{"_method", "DELETE"}}), "GET");
  EXPECT_EQ(meant("POST", "/v1/client/sessions", {{"_method", "GET"}}), "POST");
  EXPECT_EQ(meant("POST", "/v1/client/sessions", {{"_method", "delete"}}), "POST");
  EXPECT_EQ(meant("POST", "/v1/users/x", {{"_method", "DELETE"}}), "POST");
}

}  // namespace
}  // namespace tenens::http
