// Owners of OpenSSL's objects, and what is done with them alike. Only for files of crypto/.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <string_view>

namespace tenens::crypto {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

using Bio = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using Bignum = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, OpensslFree<ECDSA_SIG_free>>;
using SharedKey = std::shared_ptr<EVP_PKEY>;

inline SharedKey share(EVP_PKEY* key) {
  return {key, OpensslFree<EVP_PKEY_free>()};
}

/// Null if the key has none of this name.
inline Bignum parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  return Bignum(number);
}

/// Digests with a context that each thread keeps: to make one costs several times a short digest.
/// `out` has room for the algorithm's digest, whose length it returns; 0: OpenSSL could not.
[[nodiscard]] unsigned digest_into(const EVP_MD* algorithm, std::string_view text,
                                   unsigned char* out);

inline const unsigned char* as_unsigned(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace tenens::crypto
