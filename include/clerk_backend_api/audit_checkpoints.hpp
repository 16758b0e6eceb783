// Checkpoints of the audit: signed lines to keep elsewhere, against which it can be held later. An
// extension of `tenensd`; Clerk has no such route.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clerk_backend_api/options.hpp"
#include "clerk_backend_api/result.hpp"
#include "clerk_backend_api/value.hpp"
#include "clerk_backend_api/visibility.hpp"

namespace clerk_backend_api {

/// The audit up to an event.
struct AuditCheckpoint {
  std::int64_t size = 0;          ///< it covers the events 1 to this
  std::string root = {};          ///< of their Merkle tree (RFC 6962, SHA-256), base64url
  std::string jws = {};           ///< size and root, signed with a key of the JWKS of then
  std::int64_t created_at = 0;    ///< Unix time in milliseconds
  Object additional_fields = {};  ///< what the server sent beyond these, as it came
};

/// One page, newest first; `total_count` counts all pages.
struct AuditCheckpointList {
  std::vector<AuditCheckpoint> data = {};
  std::int64_t total_count = 0;
};

struct ListAuditCheckpointsRequest {
  std::optional<std::int64_t> limit = {};   ///< 1 to 500; 10
  std::optional<std::int64_t> offset = {};  ///< 0
};

namespace detail {
class Caller;
}

/// Reached as `Clerk::audit_checkpoints`. Thread-safe.
class CLERK_BACKEND_API_EXPORT AuditCheckpoints {
 public:
  explicit AuditCheckpoints(std::shared_ptr<detail::Caller> caller) : caller_(std::move(caller)) {}

  /// GET /v1/audit_checkpoints. The newest is at most some seconds behind the audit.
  ///
  /// Errors: `invalid_request`, `unauthenticated`, `not_found` (the server is not a tenensd),
  /// `rate_limited`, `unavailable`, `cancelled`.
  Result<AuditCheckpointList> list(const ListAuditCheckpointsRequest& request = {},
                                   const RequestOptions& options = {}) const;

 private:
  std::shared_ptr<detail::Caller> caller_;
};

}  // namespace clerk_backend_api
