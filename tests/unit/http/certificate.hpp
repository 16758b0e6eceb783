// A self-signed certificate for `localhost` and its key, in files of their own for one test.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "http/tls.hpp"

namespace tenens::http::test {

class Certificate {
 public:
  /// `seconds_left` may be negative.
  explicit Certificate(long seconds_left = 3600) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    auto* name = X509_get_subject_name(certificate.get());
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -7200);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds_left);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    write("cert.pem", [&](FILE* file) { return PEM_write_X509(file, certificate.get()); });
    write("key.pem", [&](FILE* file) {
      return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    write("locked.pem", [&](FILE* file) {
      return PEM_write_PrivateKey(file, key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr,
                                  const_cast<char*>("pass phrase"));
    });
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] TlsFiles files() const { return {path("cert.pem"), path("key.pem")}; }

 private:
  static std::string make_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "tenens-tls-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    return pattern;
  }

  template <class Write>
  void write(const std::string& name, Write write_pem) const {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path(name).c_str(), "w"), &fclose);
    if (!file || write_pem(file.get()) != 1) throw std::runtime_error("cannot write " + name);
    std::filesystem::permissions(path(name), std::filesystem::perms(0600));
  }

  const std::string folder_ = make_folder();
};

}  // namespace tenens::http::test
