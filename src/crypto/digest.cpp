#include "crypto/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "clerk_backend_api/secret.hpp"
#include "crypto/openssl.hpp"

namespace tenens::crypto {
namespace {

using MacContext = std::unique_ptr<EVP_MAC_CTX, OpensslFree<EVP_MAC_CTX_free>>;

// To look an algorithm up costs several times a short digest as well, so it is kept for ever.

void need_digest(const EVP_MD* algorithm, std::string_view text, unsigned char* out) {
  if (digest_into(algorithm, text, out) == 0) {
    throw std::runtime_error("OpenSSL could not compute a digest");
  }
}

/// One thread's, and the key that it has begun with: all tickets of an instance have the same, and
/// to begin is a third of a MAC.
struct Hmac {
  MacContext context;
  clerk_backend_api::Secret key;
};

MacContext make_hmac_sha256() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  MacContext context(EVP_MAC_CTX_new(algorithm));
  std::array<char, 7> digest{"SHA256"};
  const std::array<OSSL_PARAM, 2> params{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), params.data()) != 1) return nullptr;
  return context;
}

}  // namespace

unsigned digest_into(const EVP_MD* algorithm, std::string_view text, unsigned char* out) {
  thread_local const DigestContext context(EVP_MD_CTX_new());
  unsigned size = 0;
  const bool done = context && EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), out, &size) == 1;
  return done ? size : 0;
}

Sha256 sha256(std::string_view text) {
  Sha256 out;
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  need_digest(algorithm, text, out.data());
  return out;
}

std::string sha1(std::string_view text) {
  std::string out(20, '\0');
  need_digest(EVP_sha1(), text, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  Sha256 out;
  thread_local Hmac hmac{make_hmac_sha256(), {}};
  auto* context = hmac.context.get();
  const bool begun = !key.empty() && hmac.key.expose() == key;
  if (context == nullptr ||
      EVP_MAC_init(context, begun ? nullptr : as_unsigned(key), key.size(), nullptr) != 1 ||
      EVP_MAC_update(context, as_unsigned(text), text.size()) != 1 ||
      EVP_MAC_final(context, out.data(), nullptr, out.size()) != 1) {
    hmac = {make_hmac_sha256(), {}};
    throw std::runtime_error("OpenSSL could not compute an HMAC");
  }
  if (!begun) hmac.key = key;
  return out;
}

bool equal(const Sha256& a, const Sha256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view as_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace tenens::crypto
