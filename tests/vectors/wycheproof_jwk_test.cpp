// Every vector of wycheproof's json_web_key_test.json is decided: which sets of keys are taken.
#include <map>

#include "vectors/wycheproof.hpp"

namespace clerk_backend_api::vectors {
namespace {

constexpr std::string_view kSymmetric = "symmetric: such a key verifies nothing here";

/// Where the file says one thing and we do another: all of them valid, and refused.
const std::map<std::int64_t, std::string_view> kJwkDisagreements{
    {2, kSymmetric}, {13, kSymmetric}, {14, kSymmetric}, {15, kSymmetric}};

/// What verify_token does with a JWK Set and a token, up to the claims.
bool passes_under_set(const std::string& token, const Object& jwks) {
  const auto keys = detail::parse_key_set(Value(jwks));
  const auto parsed = detail::parse_jws(token);
  const auto* jws = std::get_if<detail::Jws>(&parsed);
  if (!keys || jws == nullptr) return false;
  const auto* key = detail::find_key(*keys, jws->header->kid);
  return key != nullptr && !detail::find_signature_fault(*jws, *key);
}

TEST(Wycheproof, DecidesEveryJsonWebKeyAsTheFileDoesButForTheListedOnes) {
  const auto file = read("json_web_key_test.json");
  if (!file) GTEST_SKIP() << "json_web_key_test.json is not here; see TENENS_SHARED";
  std::int64_t count = 0;
  for (const auto& item : array(*file->if_object(), "testGroups")) {
    const auto& group = *item.if_object();
    const auto* given = group.find("public");
    const auto& jwks = given != nullptr ? *given->if_object() : object(group, "private");
    for (const auto& one : array(group, "tests")) {
      const auto& test = *one.if_object();
      const auto id = *test.find("tcId")->if_integer();
      const bool agrees =
          passes_under_set(text(test, "jws"), jwks) == (text(test, "result") == "valid");
      EXPECT_EQ(agrees, !kJwkDisagreements.contains(id)) << "tcId " << id;
      ++count;
    }
  }
  EXPECT_EQ(count, *file->if_object()->find("numberOfTests")->if_integer());
  std::cout << count << " vectors, " << count - static_cast<std::int64_t>(kJwkDisagreements.size())
            << " as in the file\n";
  for (const auto& [id, reason] : kJwkDisagreements)
    std::cout << "tcId " << id << ": " << reason << '\n';
}

}  // namespace
}  // namespace clerk_backend_api::vectors
