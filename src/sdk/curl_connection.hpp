// One connection to a server, by libcurl.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "clerk_backend_api/transport.hpp"

namespace clerk_backend_api::detail {

struct CurlAttempt;
class CurlHeaderLines;

/// Kept alive between requests; one request at a time. The multi handle is what a stop token can
/// wake up, and what keeps the connection for the next request.
class CurlConnection {
 public:
  CurlConnection();
  CurlConnection(const CurlConnection&) = delete;
  CurlConnection& operator=(const CurlConnection&) = delete;
  ~CurlConnection();

  [[nodiscard]] std::variant<HttpResponse, TransportFailure> send(const HttpRequest& request,
                                                                  const std::string& ca_file);

 private:
  struct CloseEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct CloseMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(easy_.get(), option, value);
  }
  void prepare(CurlAttempt& attempt, const CurlHeaderLines& lines);
  void prepare_safety(const std::string& ca_file);
  void prepare_callbacks(CurlAttempt& attempt);
  std::optional<CURLcode> perform(const std::stop_token& stop);

  std::unique_ptr<CURLM, CloseMulti> multi_;
  std::unique_ptr<CURL, CloseEasy> easy_;  // after multi_: an easy handle must go before its multi
};

}  // namespace clerk_backend_api::detail
