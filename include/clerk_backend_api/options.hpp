// Choices of the caller: for all calls of a client, and for one call.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "clerk_backend_api/secret.hpp"
#include "clerk_backend_api/transport.hpp"

namespace clerk_backend_api {

/// How long to wait between attempts: `initial_interval · exponentⁿ`, at most `max_interval`, with
/// jitter that takes up to half of it away. A `Retry-After` of the server counts instead, up to 60
/// s.
struct BackoffStrategy {
  std::chrono::milliseconds initial_interval{500};
  std::chrono::milliseconds max_interval{5'000};
  double exponent = 1.5;
  /// No attempt begins later than this after the call did.
  std::chrono::milliseconds max_elapsed_time{10'000};
};

enum class RetryStrategy { none, backoff };

/// Overrides the default retry behaviour.
///
/// | `retry_connection_errors` | harmless to repeat              | `create_…` |
/// |---------------------------|---------------------------------|---------------------------------|
/// | not set; also the default | connection errors,              | only if no connection was made,
/// | |                           | 429, 502, 503, 504              | so that nothing can have begun
/// | | `false`                   | 429, 502, 503, 504              | nothing | | `true` |
/// connection errors,              | connection errors,              | | | 429, 502, 503, 504 |
/// 429, 502, 503, 504              |
///
/// `true` means of a create: rather two than none. Only on a server that honours `Idempotency-Key`
/// is it free of that risk; see ClientOptions.
struct RetryConfig {
  RetryStrategy strategy = RetryStrategy::backoff;
  BackoffStrategy backoff = {};
  std::optional<bool> retry_connection_errors = {};
};

struct ClientOptions {
  Secret bearer_auth = {};  ///< the instance's secret key, `sk_test_…` or `sk_live_…`
  /// Up to and including `/v1`. For tenensd on this machine: `http://127.0.0.1:4400/v1`.
  std::string server_url = "https://api.clerk.com/v1";
  /// Of one attempt. A call with retries can last `max_elapsed_time` longer.
  std::chrono::milliseconds timeout{30'000};
  std::optional<RetryConfig> retries = {};  ///< for calls that bring none of their own
  /// The server answers a repeated `create_actor_token` with the token of the first, if both carry
  /// the same `Idempotency-Key`. tenensd does; Clerk documents nothing of the kind. If set, such a
  /// create is retried like any other call.
  bool server_honours_idempotency_key = false;
  std::string ca_file = {};                   ///< PEM; trusted instead of the system's authorities
  std::shared_ptr<Transport> transport = {};  ///< libcurl if empty
};

/// For one call; whatever is set here beats the client's.
struct RequestOptions {
  std::optional<RetryConfig> retries = {};
  std::optional<std::string> server_url = {};
  std::optional<std::chrono::milliseconds> timeout = {};
  std::vector<Header> headers = {};  ///< more headers; `Authorization` is refused
  /// Ends the call, whether it waits for the server or between two attempts.
  std::stop_token stop_token = {};
  /// `create_actor_token` only. By default each call makes one of its own. Keep one yourself and
  /// use it again to repeat a create that ended `in_doubt`, on a server that honours it.
  std::optional<std::string> idempotency_key = {};
};

}  // namespace clerk_backend_api
