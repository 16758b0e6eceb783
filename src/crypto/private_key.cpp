#include "crypto/private_key.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <stdexcept>

#include "base/base64url.hpp"
#include "crypto/digest.hpp"
#include "crypto/key_contexts.hpp"
#include "crypto/key_soundness.hpp"
#include "crypto/openssl.hpp"

namespace tenens::crypto {
namespace {

constexpr int kModulusBits = 2048;
constexpr const CurveTraits& kP256 = *curve_of(SignatureAlgorithm::es256);
constexpr int kCoordinateBytes = static_cast<int>(kP256.bytes);

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

/// Big-endian; with leading zeros up to `at_least` bytes.
std::string to_bytes(const BIGNUM* number, int at_least = 0) {
  std::string bytes(static_cast<std::size_t>(std::max(BN_num_bytes(number), at_least)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  return bytes;
}

std::string coded_parameter(const EVP_PKEY* key, const char* name, int at_least = 0) {
  const auto number = parameter(key, name);
  require(number != nullptr, "the key lacks a parameter");
  return to_base64url(to_bytes(number.get(), at_least));
}

/// OpenSSL's DER as JOSE wants it.
std::string to_r_s(std::string_view der) {
  const auto* at = as_unsigned(der);
  const EcdsaSignature pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  require(pair != nullptr, "a signature could not be read");
  return to_bytes(ECDSA_SIG_get0_r(pair.get()), kCoordinateBytes) +
         to_bytes(ECDSA_SIG_get0_s(pair.get()), kCoordinateBytes);
}

}  // namespace

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key, SignatureAlgorithm algorithm)
    : key_(std::move(key)),
      algorithm_(algorithm),
      contexts_(std::make_shared<KeyContexts>(key_, algorithm, KeyContexts::Use::sign)) {}

PrivateKey PrivateKey::generate(SignatureAlgorithm algorithm) {
  const bool rsa = algorithm == SignatureAlgorithm::rs256;
  require(rsa || algorithm == SignatureAlgorithm::es256, "keys are made for RS256 and ES256");
  EVP_PKEY* key = rsa ? EVP_RSA_gen(kModulusBits) : EVP_EC_gen(kP256.group);
  require(key != nullptr, "no key could be generated");
  return {share(key), algorithm};
}

PrivateKey PrivateKey::from_pem(const Secret& pem) {
  const auto text = pem.expose();
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr);
  require(key != nullptr, "this is not a private key in PEM");
  auto shared = share(key);
  const auto algorithm = usual_algorithm(key);
  if (algorithm == SignatureAlgorithm::es256 && is_sound(key, *algorithm)) {
    return {std::move(shared), *algorithm};
  }
  require(algorithm == SignatureAlgorithm::rs256 && EVP_PKEY_bits(key) >= kModulusBits,
          "this is neither an RSA key of at least 2048 bits nor one of P-256");
  return {std::move(shared), *algorithm};
}

Secret PrivateKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                        nullptr) == 1,
          "the key could not be written");
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &data);
  Secret pem(std::string_view(data, static_cast<std::size_t>(length)));
  OPENSSL_cleanse(data, static_cast<std::size_t>(length));
  return pem;
}

std::string PrivateKey::sign(std::string_view text) const {
  const auto digest = sha256(text);
  auto context = contexts_->borrow();
  require(context != nullptr, "signing could not begin");
  std::size_t length = static_cast<std::size_t>(EVP_PKEY_size(key_.get()));
  std::string signature(length, '\0');
  require(EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                        digest.data(), digest.size()) == 1,
          "signing failed");
  contexts_->give_back(std::move(context));
  signature.resize(length);
  return is_ecdsa(algorithm_) ? to_r_s(signature) : signature;
}

VerificationKey PrivateKey::verification_key() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1, "the public key could not be written");
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &data);
  auto key = VerificationKey::from_pem({data, static_cast<std::size_t>(length)});
  require(key.has_value(), "the key is too weak to verify with");
  return *std::move(key);
}

PrivateKey::JwkMembers PrivateKey::jwk_members() const {
  if (is_ecdsa(algorithm_)) {
    return {{"crv", "P-256"},
            {"kty", "EC"},
            {"x", coded_parameter(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateBytes)},
            {"y", coded_parameter(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateBytes)}};
  }
  return {{"e", coded_parameter(key_.get(), OSSL_PKEY_PARAM_RSA_E)},
          {"kty", "RSA"},
          {"n", coded_parameter(key_.get(), OSSL_PKEY_PARAM_RSA_N)}};
}

std::string PrivateKey::thumbprint() const {
  // RFC 7638 section 3: exactly these members, ordered by name, without white space.
  std::string canonical;
  for (const auto& [name, value] : jwk_members()) {
    canonical.append(canonical.empty() ? "{\"" : ",\"").append(name).append("\":\"");
    canonical.append(value).append("\"");
  }
  return to_base64url(as_bytes(sha256(canonical + "}")));
}

}  // namespace tenens::crypto
