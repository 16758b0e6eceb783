#include "http/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "http/tls_stream.hpp"

namespace tenens::http {
namespace {

namespace ssl = boost::asio::ssl;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
template <class T>
using Or = tl::expected<T, std::string>;

// Of TLS 1.2 only what has forward secrecy and authenticated encryption; all of TLS 1.3 has both.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kHttp11 = "\x08http/1.1";  // as ALPN writes it: its length first

Or<std::string> text_of(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (file && text) return text.str();
  // Nothing was copied: there is no such file, it is a folder, or it is empty.
  const auto why = errno == 0 ? "it is empty" : std::strerror(errno);
  return tl::unexpected("cannot read " + path + ": " + why);
}

/// What OpenSSL has to say about its last failure; forgets it, because the next one must not find
/// it.
std::string reason() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  const char* text = ERR_reason_error_string(code);
  return text == nullptr ? "it is not in PEM" : text;
}

/// A key with a pass phrase: OpenSSL would ask whoever sits at the terminal.
int no_pass_phrase(char*, int, int, void*) {
  return -1;
}

KeyPtr parse_key(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  return {PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_pass_phrase, nullptr), &EVP_PKEY_free};
}

/// A client that offers protocols and not ours is told so, rather than answered in the wrong one.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(kHttp11.data());
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_size, ours, kHttp11.size(), offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void restrict(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
  // Idle connections keep no buffers of 16 KiB.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

Or<void> use_certificate(ssl::context& context, const std::string& path) {
  const auto pem = text_of(path);
  if (!pem) return tl::unexpected(pem.error());
  boost::system::error_code error;
  context.use_certificate_chain(boost::asio::buffer(*pem), error);
  ERR_clear_error();
  if (error) return tl::unexpected(path + " is no certificate: " + error.message());
  return {};
}

Or<void> use_key(SSL_CTX* context, const TlsFiles& files) {
  const auto pem = text_of(files.key);
  if (!pem) return tl::unexpected(pem.error());
  const auto key = parse_key(*pem);
  if (!key) {
    return tl::unexpected(files.key + " is no private key without a pass phrase: " + reason());
  }
  if (X509_check_private_key(SSL_CTX_get0_certificate(context), key.get()) != 1) {
    ERR_clear_error();
    return tl::unexpected("the key in " + files.key + " is not the one of the certificate in " +
                          files.certificate);
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return tl::unexpected(files.key + " cannot be used: " + reason());
  }
  return {};
}

std::vector<std::string> warnings_about(const TlsFiles& files, X509* certificate, Instant now) {
  std::vector<std::string> warnings;
  auto moment = static_cast<std::time_t>(to_unix_seconds(now));
  if (X509_cmp_time(X509_get0_notAfter(certificate), &moment) < 0) {
    warnings.push_back("the certificate in " + files.certificate + " has expired");
  }
  if (X509_cmp_time(X509_get0_notBefore(certificate), &moment) > 0) {
    warnings.push_back("the certificate in " + files.certificate + " is not valid yet");
  }
  // A group may read it: that is how distributions share keys between services.
  struct stat status {};
  if (::stat(files.key.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
    warnings.push_back("everybody on this machine may read the key in " + files.key);
  }
  return warnings;
}

}  // namespace

tl::expected<Tls, std::string> load_tls(const TlsFiles& files, Instant now) {
  auto loaded = std::make_shared<TlsContext>();
  auto* context = loaded->context.native_handle();
  restrict(context);
  if (const auto used = use_certificate(loaded->context, files.certificate); !used) {
    return tl::unexpected(used.error());
  }
  if (const auto used = use_key(context, files); !used) return tl::unexpected(used.error());
  auto warnings = warnings_about(files, SSL_CTX_get0_certificate(context), now);
  return Tls{std::move(loaded), std::move(warnings)};
}

}  // namespace tenens::http
