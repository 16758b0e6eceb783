// Where the vectors of C2SP/wycheproof are, and what this verifier makes of one.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "base/base64url.hpp"
#include "clerk_backend_api/value.hpp"
#include "crypto/digest.hpp"
#include "sdk/verify_jws.hpp"
#include "sdk/verify_key_set.hpp"

namespace clerk_backend_api::vectors {

/// TENENS_SHARED names the folder that has them; without it, `shared` beside this repository.
inline std::optional<Value> read(const std::string& name) {
  const char* shared = std::getenv("TENENS_SHARED");
  const auto path = (shared != nullptr ? std::filesystem::path(shared)
                                       : std::filesystem::path(TENENS_SOURCE) / "../shared") /
                    "vectors/wycheproof" / name;
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return parse_json(text.str(), {.bytes = 8 * 1024 * 1024});
}

inline const Object& object(const Object& from, std::string_view name) {
  return *from.find(name)->if_object();
}
inline const Array& array(const Object& from, std::string_view name) {
  return *from.find(name)->if_array();
}
inline const std::string& text(const Object& from, std::string_view name) {
  return *from.find(name)->if_string();
}

/// The token passes under this JWK, by the code that verify_token runs.
///
/// The library has no symmetric keys. So that the vectors that are written with one are not lost on
/// the parser, the test brings the MAC; all that is before it is the library's.
inline bool passes(const std::string& token, const Object& jwk) {
  const auto parsed = detail::parse_jws(token);
  const auto* jws = std::get_if<detail::Jws>(&parsed);
  if (jws == nullptr) return false;
  if (text(jwk, "kty") == "oct") {
    if (jws->header->alg != "HS256" || *jwk.find("alg") != Value("HS256")) return false;
    const auto key = tenens::parse_base64url(text(jwk, "k"));
    return key && jws->signature ==
                      tenens::crypto::as_bytes(tenens::crypto::hmac_sha256(*key, jws->signed_text));
  }
  const auto key = detail::parse_verification_key(jwk);
  return key && !detail::find_signature_fault(*jws, *key);
}

}  // namespace clerk_backend_api::vectors
