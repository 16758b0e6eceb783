#include "crypto/signature_check.hpp"

#include <array>

namespace tenens::crypto {

bool SignatureCheck::works() {
  if (algorithm_ == SignatureAlgorithm::eddsa) return true;
  auto context = contexts_.borrow();
  if (!context) return false;
  contexts_.give_back(std::move(context));
  return true;
}

bool SignatureCheck::holds(std::string_view text, std::string_view signature) {
  if (algorithm_ == SignatureAlgorithm::eddsa) return ed25519_holds(text, signature);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  const auto size = digest_into(digest_of(algorithm_), text, digest.data());
  if (size == 0) return false;
  auto context = contexts_.borrow();
  if (!context) return false;
  const bool held = EVP_PKEY_verify(context.get(), as_unsigned(signature), signature.size(),
                                    digest.data(), size) == 1;
  contexts_.give_back(std::move(context));
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
