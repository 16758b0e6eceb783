#include "crypto/encryption_key.hpp"

#include <stdexcept>

#include "crypto/digest.hpp"
#include "crypto/openssl.hpp"

namespace tenens::crypto {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, OpensslFree<EVP_CIPHER_CTX_free>>;

void check(int status) {
  if (status != 1) throw std::runtime_error("OpenSSL could not use AES-256-GCM");
}

unsigned char* out(std::string& bytes, std::size_t at = 0) {
  return reinterpret_cast<unsigned char*>(bytes.data()) + at;
}

/// Ready for the text, with key, nonce and what is only authenticated.
CipherContext begin(bool encrypt, const Secret& key, std::string_view nonce,
                    std::string_view context) {
  CipherContext cipher(EVP_CIPHER_CTX_new());
  if (!cipher) throw std::bad_alloc();
  check(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, as_unsigned(key.expose()),
                          as_unsigned(nonce), encrypt ? 1 : 0));
  int length = 0;
  check(EVP_CipherUpdate(cipher.get(), nullptr, &length, as_unsigned(context),
                         static_cast<int>(context.size())));
  return cipher;
}

}  // namespace

EncryptionKey::EncryptionKey(Secret bytes) : bytes_(std::move(bytes)) {
  if (bytes_.expose().size() != kBytes) throw std::invalid_argument("an AES-256 key has 32 bytes");
  const auto digest = hmac_sha256(bytes_.expose(), "tenens encryption key id");
  id_ = as_bytes(digest).substr(0, kIdBytes);
}

std::string EncryptionKey::seal(std::string_view text, std::string_view context,
                                Random& random) const {
  std::string sealed(kNonceBytes + text.size() + kTagBytes, '\0');
  random.fill(std::as_writable_bytes(std::span(sealed)).first(kNonceBytes));
  const auto cipher = begin(true, bytes_, {sealed.data(), kNonceBytes}, context);
  int length = 0;
  check(EVP_CipherUpdate(cipher.get(), out(sealed, kNonceBytes), &length, as_unsigned(text),
                         static_cast<int>(text.size())));
  check(EVP_CipherFinal_ex(cipher.get(), nullptr, &length));
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                            out(sealed, kNonceBytes + text.size())));
  return sealed;
}

std::optional<Secret> EncryptionKey::open(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const auto nonce = sealed.substr(0, kNonceBytes);
  const auto body = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string text(body.size(), '\0');
  const auto cipher = begin(false, bytes_, nonce, context);
  int length = 0;
  check(EVP_CipherUpdate(cipher.get(), out(text), &length, as_unsigned(body),
                         static_cast<int>(body.size())));
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  const bool genuine = EVP_CipherFinal_ex(cipher.get(), nullptr, &length) == 1;
  Secret opened(std::string_view{text});
  OPENSSL_cleanse(text.data(), text.size());
  if (!genuine) return std::nullopt;
  return opened;
}

}  // namespace tenens::crypto
