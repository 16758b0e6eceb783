#include "sdk/transport_curl.hpp"

#include <mutex>
#include <stdexcept>
#include <vector>

#include "sdk/curl_connection.hpp"

namespace clerk_backend_api::detail {
namespace {

constexpr std::size_t kMaxIdleConnections = 16;

void ensure_curl_is_ready() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  std::variant<HttpResponse, TransportFailure> send(const HttpRequest& request) override {
    auto connection = borrow();
    auto reply = connection->send(request, ca_file_);
    give_back(std::move(connection));
    return reply;
  }

 private:
  std::unique_ptr<CurlConnection> borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        // The one used last is the least likely to have been closed by the server.
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return std::make_unique<CurlConnection>();
  }

  void give_back(std::unique_ptr<CurlConnection> connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdleConnections) idle_.push_back(std::move(connection));
  }

  const std::string ca_file_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlConnection>> idle_;
};

}  // namespace

std::shared_ptr<Transport> make_curl_transport(std::string ca_file) {
  ensure_curl_is_ready();
  return std::make_shared<CurlTransport>(std::move(ca_file));
}

}  // namespace clerk_backend_api::detail

namespace clerk_backend_api {

std::shared_ptr<Transport> make_default_transport(std::string ca_file) {
  return detail::make_curl_transport(std::move(ca_file));
}

}  // namespace clerk_backend_api
