#include "sdk/verify_key_set.hpp"

#include <algorithm>
#include <array>

#include "base/base64url.hpp"
#include "sdk/verify_jws.hpp"
#include "wire/text_of.hpp"

namespace clerk_backend_api::detail {
namespace {

using tenens::crypto::Curve;
using tenens::crypto::SignatureAlgorithm;
using tenens::crypto::VerificationKey;
using tenens::wire::text_of;

// Each costs an import of some 0.1 ms; servers publish two or three.
constexpr std::size_t kMostKeys = 64;

struct NamedCurve {
  std::string_view crv;
  Curve curve;
  SignatureAlgorithm algorithm;
};
constexpr std::array<NamedCurve, 3> kCurves{{
    {"P-256", Curve::p256, SignatureAlgorithm::es256},
    {"P-384", Curve::p384, SignatureAlgorithm::es384},
    {"P-521", Curve::p521, SignatureAlgorithm::es512},
}};

/// Empty, which no key accepts, where the member is missing or not exact base64url.
std::string bytes_of(const Object& jwk, std::string_view name) {
  return tenens::parse_base64url(text_of(jwk, name)).value_or("");
}

bool is_for_verifying(const Object& jwk) {
  if (jwk.find("use") != nullptr && text_of(jwk, "use") != "sig") return false;
  const auto* key_ops = jwk.find("key_ops");
  if (key_ops == nullptr) return true;
  const auto* operations = key_ops->if_array();
  return operations != nullptr &&
         std::find(operations->begin(), operations->end(), Value("verify")) != operations->end();
}

bool shows_private_half(const Object& jwk) {
  for (const std::string_view name : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    if (jwk.find(name) != nullptr) return true;
  }
  return false;
}

/// The `alg` of the JWK or, where it does not say, `usual`.
std::optional<SignatureAlgorithm> algorithm_of(const Object& jwk, SignatureAlgorithm usual) {
  if (jwk.find("alg") == nullptr) return usual;
  return tenens::crypto::parse_signature_algorithm(text_of(jwk, "alg"));
}

std::optional<VerificationKey> parse_rsa(const Object& jwk) {
  const auto algorithm = algorithm_of(jwk, SignatureAlgorithm::rs256);
  if (!algorithm) return std::nullopt;
  return VerificationKey::from_rsa(*algorithm, bytes_of(jwk, "n"), bytes_of(jwk, "e"));
}

std::optional<VerificationKey> parse_point(const Object& jwk) {
  for (const auto& [crv, curve, usual] : kCurves) {
    if (text_of(jwk, "crv") != crv) continue;
    const auto algorithm = algorithm_of(jwk, usual);
    if (!algorithm) return std::nullopt;
    return VerificationKey::from_point(*algorithm, curve, bytes_of(jwk, "x"), bytes_of(jwk, "y"));
  }
  return std::nullopt;
}

std::optional<VerificationKey> parse_ed25519(const Object& jwk) {
  if (text_of(jwk, "crv") != "Ed25519" ||
      algorithm_of(jwk, SignatureAlgorithm::eddsa) != SignatureAlgorithm::eddsa) {
    return std::nullopt;
  }
  return VerificationKey::from_ed25519(bytes_of(jwk, "x"));
}

}  // namespace

std::optional<VerificationKey> parse_verification_key(const Object& jwk) {
  if (!is_for_verifying(jwk) || shows_private_half(jwk)) return std::nullopt;
  const auto kty = text_of(jwk, "kty");
  if (kty == "RSA") return parse_rsa(jwk);
  if (kty == "EC") return parse_point(jwk);
  if (kty == "OKP") return parse_ed25519(jwk);
  return std::nullopt;
}

std::optional<KeySet> parse_key_set(const Value& jwks) {
  const auto* set = jwks.if_object();
  const auto* member = set == nullptr ? nullptr : set->find("keys");
  const auto* array = member == nullptr ? nullptr : member->if_array();
  if (array == nullptr || array->size() > kMostKeys) return std::nullopt;

  KeySet keys;
  std::vector<std::string_view> kids;
  for (const auto& item : *array) {
    const auto* jwk = item.if_object();
    if (jwk == nullptr) return std::nullopt;
    const auto kid = text_of(*jwk, "kid");
    if (!is_kid(kid)) continue;
    // Also where one of the two is not for us: which one the issuer means is not for us to guess.
    if (std::find(kids.begin(), kids.end(), kid) != kids.end()) return std::nullopt;
    kids.push_back(kid);
    if (auto key = parse_verification_key(*jwk))
      keys.push_back({std::string(kid), *std::move(key)});
  }
  if (keys.empty()) return std::nullopt;
  return keys;
}

const VerificationKey* find_key(const KeySet& keys, std::string_view kid) {
  const auto at = std::find_if(keys.begin(), keys.end(),
                               [&](const NamedKey& named) { return named.kid == kid; });
  return at == keys.end() ? nullptr : &at->key;
}

}  // namespace clerk_backend_api::detail
