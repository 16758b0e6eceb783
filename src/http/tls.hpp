// The server's own TLS: certificate and key, read and judged before anything else happens.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/instant.hpp"

namespace tenens::http {

/// Both PEM. The certificate's file may go on with those that lead to a root.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

struct TlsContext;  // tls_stream.hpp

struct Tls {
  std::shared_ptr<TlsContext> context;
  std::vector<std::string> warnings;  // what works, but should not stay so
};

/// TLS 1.2 and 1.3, HTTP/1.1, no renegotiation. Otherwise which file cannot be used, and why.
[[nodiscard]] tl::expected<Tls, std::string> load_tls(const TlsFiles& files, Instant now);

}  // namespace tenens::http
