#include "crypto/verification_key.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include "crypto/key_soundness.hpp"
#include "crypto/openssl.hpp"
#include "crypto/signature_check.hpp"

namespace tenens::crypto {
namespace {

constexpr std::size_t kMostRsaBytes = 1024;
constexpr std::size_t kLongestPem = 16 * 1024;
constexpr std::size_t kLongestDer = 160;  // of two numbers of 66 bytes

SharedKey assemble(const char* type, OSSL_PARAM_BLD* builder) {
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

}  // namespace

std::optional<VerificationKey> VerificationKey::checked(SharedKey key,
                                                        SignatureAlgorithm algorithm) {
  std::optional<VerificationKey> result;
  if (key && is_sound(key.get(), algorithm)) {
    const auto* curve = curve_of(algorithm);
    const auto bytes = curve != nullptr ? 2 * curve->bytes
                                        : static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
    auto check = std::make_shared<SignatureCheck>(std::move(key), algorithm);
    if (check->works()) result = VerificationKey(std::move(check), algorithm, bytes);
  }
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
    return !bytes.empty() && bytes.size() <= kMostRsaBytes && bytes.front() != '\0';
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
  const auto& traits = kCurveTraits[static_cast<std::size_t>(curve)];
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
  if (is_ecdsa(algorithm_)) {
    const auto length = to_der(signature, der);
    signature = {reinterpret_cast<const char*>(der.data()), length};
  }
  const bool holds = check_->holds(text, signature);
  if (!holds) ERR_clear_error();
  return holds;
}

}  // namespace tenens::crypto
