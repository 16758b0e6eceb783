// Every vector of wycheproof's json_web_signature_test.json is decided, by the code that
// verify_token runs; where we decide otherwise than the file, the reason stands here.
#include <map>
#include <set>

#include "vectors/wycheproof.hpp"

namespace clerk_backend_api::vectors {
namespace {

/// Where the file says one thing and we do another.
const std::map<std::int64_t, std::string_view> kJwsDisagreements{
    {346, "the JWK says PS256, the token PS384: a key has one algorithm (RFC 8725 section 3.1)"},
    {350, "the same key and token again, with key_ops instead of use"},
    {372, "wants a '?' inside the base64url of the header passed over (RFC 7515 section 2)"},
    {373, "the same inside the payload"},
};

/// Vectors that are, byte for byte, another one of the file with the opposite result. Nobody can
/// agree with both.
const std::map<std::int64_t, std::int64_t> kContradictions{{367, 357}, {370, 357}};

/// The file writes ES521 for the algorithm of a P-521 key; RFC 7518 section 3.1 knows ES512.
const std::set<std::int64_t> kMisspelt{347, 351};

struct Vector {
  std::int64_t id;
  std::string token;
  bool valid;
  Object jwk;
};

std::vector<Vector> vectors_of(const Object& file) {
  std::vector<Vector> vectors;
  for (const auto& item : array(file, "testGroups")) {
    const auto& group = *item.if_object();
    const auto* key = group.find("public");
    const auto& jwk = key != nullptr ? *key->if_object() : object(group, "private");
    for (const auto& one : array(group, "tests")) {
      const auto& test = *one.if_object();
      vectors.push_back({*test.find("tcId")->if_integer(), text(test, "jws"),
                         text(test, "result") == "valid", jwk});
    }
  }
  return vectors;
}

TEST(Wycheproof, DecidesEveryJsonWebSignatureAsTheFileDoesButForTheListedOnes) {
  const auto file = read("json_web_signature_test.json");
  if (!file) GTEST_SKIP() << "json_web_signature_test.json is not here; see TENENS_SHARED";
  const auto vectors = vectors_of(*file->if_object());
  std::size_t agreed = 0;
  for (auto vector : vectors) {
    if (kMisspelt.contains(vector.id)) {
      ASSERT_EQ(text(vector.jwk, "alg"), "ES521");
      vector.jwk.set("alg", "ES512");
    }
    const bool agrees = passes(vector.token, vector.jwk) == vector.valid;
    const bool listed =
        kJwsDisagreements.contains(vector.id) || kContradictions.contains(vector.id);
    EXPECT_EQ(agrees, !listed) << "tcId " << vector.id;
    if (agrees) ++agreed;
  }
  EXPECT_EQ(vectors.size(),
            static_cast<std::size_t>(*file->if_object()->find("numberOfTests")->if_integer()));
  std::cout << vectors.size() << " vectors, " << agreed << " as in the file, "
            << kContradictions.size() << " that contradict another of it\n";
  for (const auto& [id, reason] : kJwsDisagreements)
    std::cout << "tcId " << id << ": " << reason << '\n';
}

TEST(Wycheproof, TheContradictionsAreOnes) {
  const auto file = read("json_web_signature_test.json");
  if (!file) GTEST_SKIP() << "json_web_signature_test.json is not here; see TENENS_SHARED";
  std::map<std::int64_t, Vector> by_id;
  for (auto& vector : vectors_of(*file->if_object())) by_id.emplace(vector.id, std::move(vector));
  for (const auto& [one, other] : kContradictions) {
    EXPECT_EQ(by_id.at(one).token, by_id.at(other).token);
    EXPECT_EQ(by_id.at(one).jwk, by_id.at(other).jwk);
    EXPECT_NE(by_id.at(one).valid, by_id.at(other).valid);
  }
}

}  // namespace
}  // namespace clerk_backend_api::vectors
