// Keys that sign what a test wants signed: also what no honest issuer would sign.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/base64url.hpp"

namespace clerk_backend_api::testing {

/// An issuer's private key with the algorithm it signs with.
class Signer {
 public:
  static Signer rsa(std::string alg = "RS256", unsigned bits = 2048) {
    return {std::move(alg), EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits})};
  }
  static Signer p256() {
    return {"ES256", EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "prime256v1")};
  }
  static Signer ed25519() { return {"EdDSA", EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}; }

  [[nodiscard]] const std::string& alg() const { return alg_; }

  /// In the form of JWS.
  [[nodiscard]] std::string sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_PKEY_CTX* details = nullptr;
    require(EVP_DigestSignInit(context.get(), &details, digest(), nullptr, key_.get()) == 1);
    if (alg_.starts_with("PS")) {
      require(EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1);
      require(EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    std::string signature(512, '\0');
    auto length = signature.size();
    require(EVP_DigestSign(context.get(), writable(signature), &length, readable(text),
                           text.size()) == 1);
    signature.resize(length);
    return alg_ == "ES256" ? to_pair(signature) : signature;
  }

  /// Compact form over these very bytes.
  [[nodiscard]] std::string token(std::string_view header, std::string_view payload) const {
    const auto text = tenens::to_base64url(header) + '.' + tenens::to_base64url(payload);
    return text + '.' + tenens::to_base64url(sign(text));
  }
  [[nodiscard]] std::string token(std::string_view payload) const {
    return token(R"({"alg":")" + alg_ + R"(","kid":"ins_1","typ":"JWT"})", payload);
  }

  [[nodiscard]] std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    require(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
    char* data = nullptr;
    const auto length = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(length)};
  }

  /// `more` goes into the JWK as it is, with its comma in front.
  [[nodiscard]] std::string jwk(const std::string& kid = "ins_1",
                                const std::string& more = "") const {
    return R"({"use":"sig","kid":")" + kid + R"(",)" + members() + more + "}";
  }
  [[nodiscard]] std::string jwks(const std::string& kid = "ins_1") const {
    return R"({"keys":[)" + jwk(kid) + "]}";
  }

 private:
  Signer(std::string alg, EVP_PKEY* key) : alg_(std::move(alg)), key_(key, EVP_PKEY_free) {
    require(key != nullptr);
  }

  static void require(bool held) {
    if (!held) throw std::runtime_error("OpenSSL");
  }
  static unsigned char* writable(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
  }
  static const unsigned char* readable(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }

  [[nodiscard]] const EVP_MD* digest() const {
    if (alg_ == "EdDSA") return nullptr;
    if (alg_.ends_with("384")) return EVP_sha384();
    return alg_.ends_with("512") ? EVP_sha512() : EVP_sha256();
  }

  static std::string to_pair(const std::string& der) {
    const auto* at = readable(der);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    std::string out(64, '\0');
    require(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), writable(out), 32) == 32);
    require(BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), writable(out) + 32, 32) == 32);
    return out;
  }

  [[nodiscard]] std::string number(const char* name) const {
    BIGNUM* raw = nullptr;
    require(EVP_PKEY_get_bn_param(key_.get(), name, &raw) == 1);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> owned(raw, BN_free);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
    BN_bn2bin(raw, writable(bytes));
    // Coordinates come in the full length of the curve.
    if (alg_ == "ES256") bytes.insert(0, 32 - bytes.size(), '\0');
    return tenens::to_base64url(bytes);
  }

  [[nodiscard]] std::string members() const {
    if (alg_ == "ES256") {
      return R"("kty":"EC","crv":"P-256","x":")" + number(OSSL_PKEY_PARAM_EC_PUB_X) + R"(","y":")" +
             number(OSSL_PKEY_PARAM_EC_PUB_Y) + '"';
    }
    if (alg_ == "EdDSA") {
      std::string raw(32, '\0');
      auto length = raw.size();
      require(EVP_PKEY_get_raw_public_key(key_.get(), writable(raw), &length) == 1);
      return R"("kty":"OKP","crv":"Ed25519","x":")" + tenens::to_base64url(raw) + '"';
    }
    return R"("kty":"RSA","alg":")" + alg_ + R"(","n":")" + number(OSSL_PKEY_PARAM_RSA_N) +
           R"(","e":")" + number(OSSL_PKEY_PARAM_RSA_E) + '"';
  }

  std::string alg_;
  std::shared_ptr<EVP_PKEY> key_;
};

// Making an RSA key takes a while, so the tests of a program share theirs.
inline const Signer& rs256() {
  static const auto signer = Signer::rsa();
  return signer;
}
inline const Signer& es256() {
  static const auto signer = Signer::p256();
  return signer;
}
inline const Signer& eddsa() {
  static const auto signer = Signer::ed25519();
  return signer;
}

}  // namespace clerk_backend_api::testing
