#include "sdk/curl_connection.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <new>

namespace clerk_backend_api::detail {

/// Header lines as libcurl wants them; one carries the secret key, so all are wiped.
class CurlHeaderLines {
 public:
  CurlHeaderLines() = default;
  CurlHeaderLines(const CurlHeaderLines&) = delete;
  CurlHeaderLines& operator=(const CurlHeaderLines&) = delete;
  ~CurlHeaderLines() {
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
struct CurlAttempt {
  const HttpRequest& request;
  HttpResponse response = {};
  bool handed_over = false;  // to a connection: from here on some of it may arrive
  bool too_large = false;
  std::size_t header_bytes = 0;
  std::array<char, CURL_ERROR_SIZE> message = {};
};

namespace {

constexpr std::chrono::milliseconds kConnectTimeout{10'000};
// Ours and not libcurl's: its own limit came with a security fix that not every release has.
constexpr std::size_t kMaxHeaderBytes = 256 * 1024;
// The stop token wakes the poll; this only bounds what a bug could cost.
constexpr int kPollMilliseconds = 1'000;

/// Writing to a connection that the peer has closed raises SIGPIPE inside OpenSSL, and a library
/// has no business ending the program. Blocked for this thread alone, and swallowed if it came.
class SigpipeBlocked {
 public:
  SigpipeBlocked() {
    sigset_t pending;
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  SigpipeBlocked(const SigpipeBlocked&) = delete;
  SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;
  ~SigpipeBlocked() {
    const timespec at_once{};
    if (!was_pending_) sigtimedwait(&sigpipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t sigpipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* context) {
  auto& attempt = *static_cast<CurlAttempt*>(context);
  if (attempt.response.body.size() + size * count > attempt.request.max_response_bytes) {
    attempt.too_large = true;
    return 0;  // ends the transfer
  }
  attempt.response.body.append(data, size * count);
  return size * count;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* context) {
  auto& attempt = *static_cast<CurlAttempt*>(context);
  auto& headers = attempt.response.headers;
  const std::string_view line(data, size * count);
  attempt.header_bytes += line.size();  // of interim answers as well: they could go on for ever
  if (attempt.header_bytes > kMaxHeaderBytes) {
    attempt.too_large = true;
    return 0;  // ends the transfer
  }
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

/// Called when a connection is there and before the first byte goes out. libcurl, by itself,
/// repeats a request whose kept-alive connection turned out to be closed, POST or not; the second
/// call here is where that is stopped for a request that must not be sent twice.
int on_handover(void* context, char*, char*, int, int) {
  auto& attempt = *static_cast<CurlAttempt*>(context);
  if (attempt.handed_over && !attempt.request.may_be_sent_twice) return CURL_PREREQFUNC_ABORT;
  attempt.response.sent_twice = attempt.handed_over;
  attempt.handed_over = true;
  return CURL_PREREQFUNC_OK;
}

TransportCause cause_of(CURLcode code, const CurlAttempt& attempt) {
  if (attempt.too_large) return TransportCause::answer_too_large;
  if (code == CURLE_OPERATION_TIMEDOUT) return TransportCause::timed_out;
  return attempt.handed_over ? TransportCause::connection_lost : TransportCause::connection_failed;
}

std::string message_of(CURLcode code, const CurlAttempt& attempt) {
  return attempt.message[0] != '\0' ? attempt.message.data() : curl_easy_strerror(code);
}

/// 0 would mean "for ever" to libcurl, and more than an int is refused.
long as_milliseconds(std::chrono::milliseconds duration) {
  return static_cast<long>(
      std::clamp<std::int64_t>(duration.count(), 1, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace

CurlConnection::CurlConnection() : multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (!multi_ || !easy_) throw std::bad_alloc();
}

CurlConnection::~CurlConnection() {
  const SigpipeBlocked sigpipe_blocked;  // TLS says good-bye
  easy_.reset();
  multi_.reset();
}

void CurlConnection::prepare_safety(const std::string& ca_file) {
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a name that is being looked up keeps nobody beyond the timeout
  if (ca_file.empty()) return;
  set(CURLOPT_CAINFO, ca_file.c_str());
  // Debian's libcurl has /etc/ssl/certs built in, and would go on trusting that, too.
  set(CURLOPT_CAPATH, nullptr);
}

void CurlConnection::prepare(CurlAttempt& attempt, const CurlHeaderLines& lines) {
  const auto& request = attempt.request;
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_TIMEOUT_MS, as_milliseconds(request.timeout));
  set(CURLOPT_CONNECTTIMEOUT_MS, as_milliseconds(std::min(request.timeout, kConnectTimeout)));
  if (request.method == "POST" || !request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
  }
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void CurlConnection::prepare_callbacks(CurlAttempt& attempt) {
  set(CURLOPT_ERRORBUFFER, attempt.message.data());
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &attempt);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &attempt);
  set(CURLOPT_PREREQFUNCTION, &on_handover);
  set(CURLOPT_PREREQDATA, &attempt);
}

/// Nothing if the stop token ended it.
std::optional<CURLcode> CurlConnection::perform(const std::stop_token& stop) {
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

std::variant<HttpResponse, TransportFailure> CurlConnection::send(const HttpRequest& request,
                                                                  const std::string& ca_file) {
  CurlHeaderLines lines;
  if (!request.bearer_auth.empty()) {
    lines.add("Authorization: Bearer " + std::string(request.bearer_auth.expose()));
  }
  bool has_content_type = false;
  for (const auto& [name, value] : request.headers) {
    has_content_type = has_content_type || name == "Content-Type";
    // libcurl reads "Name:" as "leave it out"; a semicolon is its way to say "empty".
    lines.add(value.empty() ? name + ";" : name + ": " + value);
  }
  // Otherwise libcurl calls an empty body a form.
  if (!has_content_type) lines.add("Content-Type:");

  CurlAttempt attempt{.request = request};
  curl_easy_reset(easy_.get());
  prepare_safety(ca_file);
  prepare(attempt, lines);
  prepare_callbacks(attempt);
  const SigpipeBlocked sigpipe_blocked;
  const auto code = perform(request.stop_token);
  if (!code) {
    return TransportFailure{.cause = TransportCause::cancelled,
                            .sent = attempt.handed_over,
                            .message = "cancelled while waiting for the server"};
  }
  if (*code != CURLE_OK) {
    return TransportFailure{.cause = cause_of(*code, attempt),
                            .sent = attempt.handed_over,
                            .message = message_of(*code, attempt)};
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  attempt.response.status = static_cast<int>(status);
  return std::move(attempt.response);
}

}  // namespace clerk_backend_api::detail
