#include "crypto/signature_check.hpp"

#include <openssl/rsa.h>

#include <array>

namespace tenens::crypto {
namespace {

/// Fetched once; nullptr for Ed25519, which hashes by itself.
const EVP_MD* digest_of(SignatureAlgorithm algorithm) {
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

KeyContext SignatureCheck::begin() const {
  KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  const bool begun = context && EVP_PKEY_verify_init(context.get()) == 1 &&
                     set_padding(context.get(), algorithm_) &&
                     EVP_PKEY_CTX_set_signature_md(context.get(), digest_of(algorithm_)) == 1;
  return begun ? std::move(context) : nullptr;
}

bool SignatureCheck::works() {
  if (algorithm_ == SignatureAlgorithm::eddsa) return true;
  auto context = begin();
  if (!context) return false;
  begun_.push_back(std::move(context));
  return true;
}

KeyContext SignatureCheck::borrow() {
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

bool SignatureCheck::holds(std::string_view text, std::string_view signature) {
  if (algorithm_ == SignatureAlgorithm::eddsa) return ed25519_holds(text, signature);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  const auto size = digest_into(digest_of(algorithm_), text, digest.data());
  if (size == 0) return false;
  auto context = borrow();
  if (!context) return false;
  const bool held = EVP_PKEY_verify(context.get(), as_unsigned(signature), signature.size(),
                                    digest.data(), size) == 1;
  const std::lock_guard lock(mutex_);
  begun_.push_back(std::move(context));
  return held;
}

bool SignatureCheck::ed25519_holds(std::string_view text, std::string_view signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), as_unsigned(signature), signature.size(),
                          as_unsigned(text), text.size()) == 1;
}

}  // namespace tenens::crypto
