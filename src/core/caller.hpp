// Who asks. Who may do what is policy's business, not theirs.
#pragma once

#include <optional>
#include <string>

#include "core/records.hpp"

namespace tenens {

/// A back end that showed a secret key.
struct Caller {
  InstanceId instance_id;
  SecretKeyId key_id;
  std::string address;
};

/// A caller's promise that two requests with one key are one request.
struct Idempotency {
  Digest key;
  Digest body;
};
// Long enough for any retry, short enough that the table stays small.
inline constexpr seconds kIdempotencyLife = std::chrono::hours(24);

/// A browser, perhaps with the cookie that makes it a client.
struct Visitor {
  InstanceId instance_id;
  std::string address;
  std::string origin;  // of the application's page; becomes `azp`; may be empty
  std::optional<Secret> client_cookie = {};
};

}  // namespace tenens
