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
/// jitter that takes up to half of it away. A `Retry-After` of the server counts instead, up to a
/// minute; one that would end after `max_elapsed_time` ends the call, and stands in `retry_after`.
struct BackoffStrategy {
  std::chrono::milliseconds initial_interval{500};
  std::chrono::milliseconds max_interval{5'000};
  double exponent = 1.5;
  /// No attempt begins later than this after the call did.
  std::chrono::milliseconds max_elapsed_time{10'000};
};

enum class RetryStrategy { none, backoff };

/// Overrides the default retry behaviour. The names, units and meaning are those of Clerk's other
/// libraries; the defaults are not. Theirs go on for an hour, which is longer than anybody waits
/// for a link: `max_elapsed_time` is ten seconds here. Theirs also repeat a create whose answer got
/// lost.
///
/// What is tried again, by `retry_connection_errors` and by what the operation does:
///
/// | `retry_connection_errors`  | of a `create_…`         | of anything else                    |
/// |----------------------------|-------------------------|-------------------------------------|
/// | not set; also the default  | no connection was made  | connection errors, 429 502 503 504  |
/// | `false`                    | nothing                 | 429 502 503 504                     |
/// | `true`                     | as the column beside it | connection errors, 429 502 503 504  |
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
  /// create is retried like any other call. Other creates send a key too, but none is known to be
  /// honoured, so they are not.
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
  /// Of creates. By default each call makes one of its own, the same for all its attempts. Keep one
  /// yourself and use it again to repeat a create that ended `in_doubt`, on a server that honours
  /// it.
  std::optional<std::string> idempotency_key = {};
};

}  // namespace clerk_backend_api
