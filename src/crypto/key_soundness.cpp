#include "crypto/key_soundness.hpp"

#include <openssl/core_names.h>

#include <array>
#include <string>
#include <string_view>

#include "crypto/openssl.hpp"
#include "crypto/weak_keys.hpp"

namespace tenens::crypto {
namespace {

constexpr int kFewestRsaBits = 2048;
constexpr int kMostRsaBits = 8192;  // more only costs the verifier time
constexpr BN_ULONG kLeastExponent = 65537;
constexpr int kMostExponentBits = 32;

bool is_sound_rsa(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kFewestRsaBits || bits > kMostRsaBits) return false;
  const auto modulus = parameter(key, OSSL_PKEY_PARAM_RSA_N);
  const auto exponent = parameter(key, OSSL_PKEY_PARAM_RSA_E);
  if (!modulus || !exponent || !BN_is_odd(modulus.get()) || !BN_is_odd(exponent.get()) ||
      BN_num_bits(exponent.get()) > kMostExponentBits ||
      BN_get_word(exponent.get()) < kLeastExponent) {
    return false;
  }
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(modulus.get())), '\0');
  BN_bn2bin(modulus.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return !is_roca_modulus(bytes);
}

bool is_sound_point(EVP_PKEY* key, SignatureAlgorithm algorithm) {
  std::array<char, 32> group{};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1 ||
      std::string_view(group.data(), length) != curve_of(algorithm)->group) {
    return false;
  }
  const KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  return context && EVP_PKEY_public_check(context.get()) == 1;
}

bool is_sound_ed25519(EVP_PKEY* key) {
  std::array<unsigned char, 32> raw{};
  std::size_t length = raw.size();
  return EVP_PKEY_get_raw_public_key(key, raw.data(), &length) == 1 &&
         !is_degenerate_ed25519({reinterpret_cast<const char*>(raw.data()), length});
}

}  // namespace

bool is_sound(EVP_PKEY* key, SignatureAlgorithm algorithm) {
  const int type = EVP_PKEY_get_base_id(key);
  if (is_rsa(algorithm)) return type == EVP_PKEY_RSA && is_sound_rsa(key);
  if (is_ecdsa(algorithm)) return type == EVP_PKEY_EC && is_sound_point(key, algorithm);
  return type == EVP_PKEY_ED25519 && is_sound_ed25519(key);
}

std::optional<SignatureAlgorithm> usual_algorithm(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA: return SignatureAlgorithm::rs256;
    case EVP_PKEY_ED25519: return SignatureAlgorithm::eddsa;
    case EVP_PKEY_EC:
      switch (EVP_PKEY_get_bits(key)) {
        case 256: return SignatureAlgorithm::es256;
        case 384: return SignatureAlgorithm::es384;
        case 521: return SignatureAlgorithm::es512;
        default: return std::nullopt;
      }
    default: return std::nullopt;
  }
}

}  // namespace tenens::crypto
