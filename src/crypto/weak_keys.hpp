// Public keys that have the right form and protect nothing.
#pragma once

#include <string_view>

namespace tenens::crypto {

/// The modulus has the mark of Infineon's RSALib (CVE-2017-15361, "ROCA"), whose private keys can
/// be computed. Big-endian. About one sound modulus in 2²⁷ is wrongly suspected.
[[nodiscard]] bool is_roca_modulus(std::string_view modulus);

/// 32 bytes that are not a canonical Ed25519 point, or one of small order, under which a signature
/// can fit any text (RFC 8032 section 5.1.3, RFC 8725 section 3.4).
[[nodiscard]] bool is_degenerate_ed25519(std::string_view key);

}  // namespace tenens::crypto
