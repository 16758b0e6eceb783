// Digests, and comparing them without telling by time where they differ.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenens::crypto {

using Sha256 = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view text);
[[nodiscard]] Sha256 hmac_sha256(std::string_view key, std::string_view text);
/// Not for security: Clerk derives cookie suffixes with it. Raw bytes.
[[nodiscard]] std::string sha1(std::string_view text);

/// Takes the same time whatever the contents.
[[nodiscard]] bool equal(const Sha256& a, const Sha256& b);

[[nodiscard]] std::string_view as_bytes(const Sha256& digest);

}  // namespace tenens::crypto
