// The signature algorithms of RFC 7518 and 8037 that we verify. None of them is symmetric.
#pragma once

#include <optional>
#include <string_view>

namespace tenens::crypto {

enum class SignatureAlgorithm {
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
  eddsa,
};

/// The exact name of the registry, `RS256`; nothing for `none`, `HS…` and whatever else there is.
[[nodiscard]] std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view name);
[[nodiscard]] std::string_view to_string(SignatureAlgorithm algorithm);

}  // namespace tenens::crypto
