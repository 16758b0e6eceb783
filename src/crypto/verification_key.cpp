#include "crypto/verification_key.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "crypto/openssl.hpp"
#include "crypto/weak_keys.hpp"

namespace tenens::crypto {
namespace {

using KeyPtr = std::shared_ptr<EVP_PKEY>;

constexpr int kFewestRsaBits = 2048;
constexpr int kMostRsaBits = 8192;  // more only costs the verifier time
constexpr BN_ULONG kLeastExponent = 65537;
constexpr int kMostExponentBits = 32;
constexpr std::size_t kLongestPem = 16 * 1024;
constexpr std::size_t kLongestDer = 160;  // of two numbers of 66 bytes

struct CurveTraits {
  const char* group;
  std::size_t bytes;  // of a coordinate, and of half a signature
  SignatureAlgorithm algorithm;
};
constexpr std::array<CurveTraits, 3> kCurves{{
    {"prime256v1", 32, SignatureAlgorithm::es256},
    {"secp384r1", 48, SignatureAlgorithm::es384},
    {"secp521r1", 66, SignatureAlgorithm::es512},
}};

KeyPtr share(EVP_PKEY* key) {
  return KeyPtr(key, [](EVP_PKEY* owned) { EVP_PKEY_free(owned); });
}

bool is_rsa(SignatureAlgorithm algorithm) {
  return algorithm <= SignatureAlgorithm::ps512;
}
bool is_pss(SignatureAlgorithm algorithm) {
  return is_rsa(algorithm) && algorithm >= SignatureAlgorithm::ps256;
}
bool is_ecdsa(SignatureAlgorithm algorithm) {
  return algorithm >= SignatureAlgorithm::es256 && algorithm <= SignatureAlgorithm::es512;
}

const CurveTraits* curve_of(SignatureAlgorithm algorithm) {
  for (const auto& curve : kCurves) {
    if (curve.algorithm == algorithm) return &curve;
  }
  return nullptr;
}

const EVP_MD* digest_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::rs256:
    case SignatureAlgorithm::ps256:
    case SignatureAlgorithm::es256: return EVP_sha256();
    case SignatureAlgorithm::rs384:
    case SignatureAlgorithm::ps384:
    case SignatureAlgorithm::es384: return EVP_sha384();
    case SignatureAlgorithm::rs512:
    case SignatureAlgorithm::ps512:
    case SignatureAlgorithm::es512: return EVP_sha512();
    case SignatureAlgorithm::eddsa: break;
  }
  return nullptr;  // Ed25519 hashes by itself
}

Bignum parameter(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  return Bignum(number);
}

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

KeyPtr assemble(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params && context && EVP_PKEY_fromdata_init(context.get()) == 1) {
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  }
  return share(key);
}

Bignum to_number(std::string_view bytes) {
  return Bignum(BN_bin2bn(as_unsigned(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// R‖S as OpenSSL wants it. Zero and numbers beyond the group's order are refused there.
std::size_t to_der(std::string_view signature, std::array<unsigned char, kLongestDer>& der) {
  const auto half = signature.size() / 2;
  const EcdsaSignature pair(ECDSA_SIG_new());
  auto r = to_number(signature.substr(0, half));
  auto s = to_number(signature.substr(half));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return 0;
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  auto* out = der.data();
  return static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), &out));
}

bool set_pss(EVP_PKEY_CTX* context) {
  // RFC 7518 section 3.5: the salt is as long as the digest, not what the signature says it is.
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

VerificationKey::VerificationKey(KeyPtr key, SignatureAlgorithm algorithm)
    : key_(std::move(key)), algorithm_(algorithm) {
  const auto* curve = curve_of(algorithm);
  signature_bytes_ =
      curve != nullptr ? 2 * curve->bytes : static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
}

std::optional<VerificationKey> VerificationKey::checked(KeyPtr key, SignatureAlgorithm algorithm) {
  std::optional<VerificationKey> result;
  if (key && is_sound(key.get(), algorithm)) result = VerificationKey(std::move(key), algorithm);
  ERR_clear_error();  // what a bad key left behind is nobody else's error
  return result;
}

std::optional<VerificationKey> VerificationKey::from_pem(std::string_view pem) {
  // OpenSSL would look past anything in front, and read certificates under other names.
  pem.remove_prefix(std::min(pem.find_first_not_of(" \t\r\n"), pem.size()));
  if (pem.size() > kLongestPem || !pem.starts_with("-----BEGIN PUBLIC KEY-----")) {
    return std::nullopt;
  }
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto key = share(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  const auto algorithm = key ? usual_algorithm(key.get()) : std::nullopt;
  return checked(algorithm ? std::move(key) : nullptr, algorithm.value_or(SignatureAlgorithm{}));
}

std::optional<VerificationKey> VerificationKey::from_rsa(SignatureAlgorithm algorithm,
                                                         std::string_view modulus,
                                                         std::string_view exponent) {
  const auto is_number = [](std::string_view bytes) {
    return !bytes.empty() && bytes.size() <= kMostRsaBits / 8 && bytes.front() != '\0';
  };
  if (!is_rsa(algorithm) || !is_number(modulus) || !is_number(exponent)) return std::nullopt;
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  const auto n = to_number(modulus);
  const auto e = to_number(exponent);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return checked(assemble("RSA", builder.get()), algorithm);
}

std::optional<VerificationKey> VerificationKey::from_point(SignatureAlgorithm algorithm,
                                                           Curve curve, std::string_view x,
                                                           std::string_view y) {
  const auto& traits = kCurves[static_cast<std::size_t>(curve)];
  if (traits.algorithm != algorithm || x.size() != traits.bytes || y.size() != traits.bytes) {
    return std::nullopt;
  }
  const auto point = std::string("\x04").append(x).append(y);  // uncompressed, SEC 1 section 2.3.3
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, traits.group, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return checked(assemble("EC", builder.get()), algorithm);
}

std::optional<VerificationKey> VerificationKey::from_ed25519(std::string_view key) {
  return checked(
      share(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, as_unsigned(key), key.size())),
      SignatureAlgorithm::eddsa);
}

bool VerificationKey::verify(std::string_view text, std::string_view signature) const {
  if (signature.size() != signature_bytes_) return false;
  std::array<unsigned char, kLongestDer> der;
  const auto* bytes = as_unsigned(signature);
  auto length = signature.size();
  if (is_ecdsa(algorithm_)) {
    length = to_der(signature, der);
    bytes = der.data();
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* details = nullptr;  // belongs to `context`
  const bool holds =
      context &&
      EVP_DigestVerifyInit(context.get(), &details, digest_of(algorithm_), nullptr, key_.get()) ==
          1 &&
      (!is_pss(algorithm_) || set_pss(details)) &&
      EVP_DigestVerify(context.get(), bytes, length, as_unsigned(text), text.size()) == 1;
  if (!holds) ERR_clear_error();
  return holds;
}

}  // namespace tenens::crypto
