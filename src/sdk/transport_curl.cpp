#include "sdk/transport_curl.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>

namespace clerk_backend_api::detail {
namespace {

constexpr std::chrono::milliseconds kConnectTimeout{10'000};
constexpr std::size_t kMaxIdleConnections = 16;
// The stop token wakes the poll; this only bounds what a bug could cost.
constexpr int kPollMilliseconds = 1'000;

void ensure_curl_is_ready() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

struct CloseEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CloseMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

/// Header lines as libcurl wants them; one carries the secret key, so all are wiped.
class HeaderLines {
 public:
  HeaderLines() = default;
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;
  ~HeaderLines() {
    for (auto* at = lines_; at != nullptr; at = at->next) {
      for (volatile char* c = at->data; *c != '\0'; ++c) *c = '\0';
    }
    curl_slist_free_all(lines_);
  }

  void add(const std::string& line) {
    auto* longer = curl_slist_append(lines_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    lines_ = longer;
  }
  [[nodiscard]] curl_slist* get() const { return lines_; }

 private:
  curl_slist* lines_ = nullptr;
};

/// What the callbacks see of one attempt.
struct Attempt {
  const HttpRequest& request;
  HttpResponse response = {};
  bool handed_over = false;  // to a connection: from here on some of it may arrive
  bool too_large = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* context) {
  auto& attempt = *static_cast<Attempt*>(context);
  if (attempt.response.body.size() + size * count > attempt.request.max_response_bytes) {
    attempt.too_large = true;
    return 0;  // ends the transfer
  }
  attempt.response.body.append(data, size * count);
  return size * count;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* context) {
  auto& headers = static_cast<Attempt*>(context)->response.headers;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) headers.clear();  // an interim answer came before this one
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    const auto begin = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    const auto end = line.find_last_not_of(" \t\r\n") + 1;
    headers.push_back({std::string(line.substr(0, colon)),
                       std::string(line.substr(begin, end > begin ? end - begin : 0))});
  }
  return size * count;
}

/// Called when a connection is there and before the first byte goes out. libcurl, by itself, repeats
/// a request whose kept-alive connection turned out to be closed, POST or not; the second call here
/// is where that is stopped for a request that must not be sent twice.
int on_handover(void* context, char*, char*, int, int) {
  auto& attempt = *static_cast<Attempt*>(context);
  if (attempt.handed_over && !attempt.request.may_be_sent_twice) return CURL_PREREQFUNC_ABORT;
  attempt.handed_over = true;
  return CURL_PREREQFUNC_OK;
}

TransportCause cause_of(CURLcode code, const Attempt& attempt) {
  if (attempt.too_large) return TransportCause::answer_too_large;
  if (code == CURLE_OPERATION_TIMEDOUT) return TransportCause::timed_out;
  return attempt.handed_over ? TransportCause::connection_lost : TransportCause::connection_failed;
}

/// One request at a time. The multi handle is what can be woken up by a stop token, and what keeps
/// the connection for the next request.
class Connection {
 public:
  Connection() : multi_(curl_multi_init()), easy_(curl_easy_init()) {
    if (!multi_ || !easy_) throw std::bad_alloc();
  }

  std::variant<HttpResponse, TransportFailure> send(const HttpRequest& request,
                                                    const std::string& ca_file);

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(easy_.get(), option, value);
  }
  void prepare(Attempt& attempt, const HeaderLines& lines, const std::string& ca_file);
  void prepare_safety(const std::string& ca_file);
  std::optional<CURLcode> perform(const std::stop_token& stop);

  std::unique_ptr<CURLM, CloseMulti> multi_;
  std::unique_ptr<CURL, CloseEasy> easy_;  // destroyed first: it must leave the multi before that dies
};

void Connection::prepare_safety(const std::string& ca_file) {
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
}

void Connection::prepare(Attempt& attempt, const HeaderLines& lines, const std::string& ca_file) {
  const auto& request = attempt.request;
  curl_easy_reset(easy_.get());
  prepare_safety(ca_file);
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request.timeout.count())));
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::clamp<std::int64_t>(request.timeout.count(), 1, kConnectTimeout.count())));
  if (request.method == "POST" || !request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
  }
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());

  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &attempt);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &attempt);
  set(CURLOPT_PREREQFUNCTION, &on_handover);
  set(CURLOPT_PREREQDATA, &attempt);
}

/// Nothing if the stop token ended it.
std::optional<CURLcode> Connection::perform(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
  curl_multi_add_handle(multi_.get(), easy_.get());
  std::optional<CURLcode> result;
  int running = 1;
  while (!stop.stop_requested()) {
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) result = CURLE_FAILED_INIT;
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) result = message->data.result;
    }
    if (result) break;
    curl_multi_poll(multi_.get(), nullptr, 0, kPollMilliseconds, nullptr);
  }
  curl_multi_remove_handle(multi_.get(), easy_.get());  // closes an unfinished connection
  return result;
}

std::variant<HttpResponse, TransportFailure> Connection::send(const HttpRequest& request,
                                                              const std::string& ca_file) {
  HeaderLines lines;
  lines.add("Authorization: Bearer " + std::string(request.bearer_auth.expose()));
  bool has_content_type = false;
  for (const auto& [name, value] : request.headers) {
    has_content_type = has_content_type || name == "Content-Type";
    // libcurl reads "Name:" as "leave it out"; a semicolon is its way to say "empty".
    lines.add(value.empty() ? name + ";" : name + ": " + value);
  }
  // Otherwise libcurl calls an empty body a form.
  if (!has_content_type) lines.add("Content-Type:");

  Attempt attempt{.request = request};
  prepare(attempt, lines, ca_file);
  const auto code = perform(request.stop_token);
  if (!code) {
    return TransportFailure{.cause = TransportCause::cancelled,
                            .sent = attempt.handed_over,
                            .message = "cancelled while waiting for the server"};
  }
  if (*code != CURLE_OK) {
    return TransportFailure{.cause = cause_of(*code, attempt),
                            .sent = attempt.handed_over,
                            .message = curl_easy_strerror(*code)};
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  attempt.response.status = static_cast<int>(status);
  return std::move(attempt.response);
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
  std::unique_ptr<Connection> borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        // The one used last is the least likely to have been closed by the server.
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return std::make_unique<Connection>();
  }

  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdleConnections) idle_.push_back(std::move(connection));
  }

  const std::string ca_file_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace

std::shared_ptr<Transport> make_curl_transport(std::string ca_file) {
  ensure_curl_is_ready();
  return std::make_shared<CurlTransport>(std::move(ca_file));
}

}  // namespace clerk_backend_api::detail
