#include "crypto/key_contexts.hpp"

#include <openssl/rsa.h>

#include <array>

namespace tenens::crypto {
namespace {

bool set_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
  if (!is_rsa(algorithm)) return true;
  if (!is_pss(algorithm)) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  }
  // RFC 7518 section 3.5: the salt is as long as the digest, not what the signature says it is.
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

const EVP_MD* digest_of(SignatureAlgorithm algorithm) {
  // Fetched once.
  static const std::array<EVP_MD*, 3> digests{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                              EVP_MD_fetch(nullptr, "SHA384", nullptr),
                                              EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  switch (algorithm) {
    case SignatureAlgorithm::rs256:
    case SignatureAlgorithm::ps256:
    case SignatureAlgorithm::es256: return digests[0];
    case SignatureAlgorithm::rs384:
    case SignatureAlgorithm::ps384:
    case SignatureAlgorithm::es384: return digests[1];
    case SignatureAlgorithm::rs512:
    case SignatureAlgorithm::ps512:
    case SignatureAlgorithm::es512: return digests[2];
    case SignatureAlgorithm::eddsa: break;
  }
  return nullptr;
}

KeyContext KeyContexts::begin() const {
  KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  const auto init = use_ == Use::sign ? EVP_PKEY_sign_init : EVP_PKEY_verify_init;
  const bool begun = context && init(context.get()) == 1 &&
                     set_padding(context.get(), algorithm_) &&
                     EVP_PKEY_CTX_set_signature_md(context.get(), digest_of(algorithm_)) == 1;
  return begun ? std::move(context) : nullptr;
}

KeyContext KeyContexts::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!begun_.empty()) {
      auto context = std::move(begun_.back());
      begun_.pop_back();
      return context;
    }
  }
  return begin();
}

void KeyContexts::give_back(KeyContext context) {
  const std::lock_guard lock(mutex_);
  begun_.push_back(std::move(context));
}

}  // namespace tenens::crypto
