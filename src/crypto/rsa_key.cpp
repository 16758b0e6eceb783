#include "crypto/rsa_key.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

#include "base/base64url.hpp"
#include "crypto/digest.hpp"

namespace tenens::crypto {
namespace {

constexpr int kModulusBits = 2048;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Bignum = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

std::shared_ptr<EVP_PKEY> share(EVP_PKEY* key) {
  return std::shared_ptr<EVP_PKEY>(key, [](EVP_PKEY* owned) { EVP_PKEY_free(owned); });
}

std::string parameter(EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1, "the key lacks a parameter");
  const Bignum number(raw);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

RsaKey RsaKey::generate() {
  EVP_PKEY* key = EVP_RSA_gen(kModulusBits);
  require(key != nullptr, "no RSA key could be generated");
  return RsaKey(share(key));
}

RsaKey RsaKey::from_pem(const Secret& pem) {
  const auto text = pem.expose();
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr);
  require(key != nullptr, "this is not a private key in PEM");
  auto shared = share(key);
  require(EVP_PKEY_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_bits(key) >= kModulusBits,
          "this is not an RSA key of at least 2048 bits");
  return RsaKey(std::move(shared));
}

Secret RsaKey::to_pem() const {
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

std::string RsaKey::sign(std::string_view text) const {
  const Context context(EVP_MD_CTX_new());
  require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1,
          "signing could not begin");
  std::size_t length = static_cast<std::size_t>(EVP_PKEY_size(key_.get()));
  std::string signature(length, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                         bytes_of(text), text.size()) == 1,
          "signing failed");
  signature.resize(length);
  return signature;
}

bool RsaKey::verify(std::string_view text, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  require(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1,
          "verification could not begin");
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

std::string RsaKey::modulus() const {
  return parameter(key_.get(), OSSL_PKEY_PARAM_RSA_N);
}
std::string RsaKey::exponent() const {
  return parameter(key_.get(), OSSL_PKEY_PARAM_RSA_E);
}

std::string RsaKey::thumbprint() const {
  // RFC 7638 section 3: exactly these members, in this order, without white space.
  const auto canonical = R"({"e":")" + to_base64url(exponent()) + R"(","kty":"RSA","n":")" +
                         to_base64url(modulus()) + R"("})";
  return to_base64url(as_bytes(sha256(canonical)));
}

}  // namespace tenens::crypto
