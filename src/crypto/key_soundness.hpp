// Whether a public key is of the kind it is taken for, and strong enough to mean something.
#pragma once

#include <optional>

#include "crypto/signature_algorithm.hpp"

struct evp_pkey_st;

namespace tenens::crypto {

/// RSA: 2048 to 8192 bits, odd modulus, odd exponent from 65537 to 2³²-1, not ROCA. ECDSA: the
/// curve of the algorithm, by name, and a point on it. Ed25519: canonical, not of small order.
[[nodiscard]] bool is_sound(evp_pkey_st* key, SignatureAlgorithm algorithm);

/// What a key is used for that does not say. Nothing for kinds we do not verify with.
[[nodiscard]] std::optional<SignatureAlgorithm> usual_algorithm(evp_pkey_st* key);

}  // namespace tenens::crypto
