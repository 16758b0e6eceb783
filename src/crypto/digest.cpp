#include "crypto/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace tenens::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void digest_into(const EVP_MD* algorithm, std::string_view text, unsigned char* out) {
  if (EVP_Digest(text.data(), text.size(), out, nullptr, algorithm, nullptr) != 1) {
    throw std::runtime_error("OpenSSL could not compute a digest");
  }
}

}  // namespace

Sha256 sha256(std::string_view text) {
  Sha256 out;
  digest_into(EVP_sha256(), text, out.data());
  return out;
}

std::string sha1(std::string_view text) {
  std::string out(20, '\0');
  digest_into(EVP_sha1(), text, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  Sha256 out;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
           out.data(), nullptr) == nullptr) {
    throw std::runtime_error("OpenSSL could not compute an HMAC");
  }
  return out;
}

bool equal(const Sha256& a, const Sha256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view as_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace tenens::crypto
