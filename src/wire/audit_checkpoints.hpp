// JSON <-> `AuditCheckpoint`.
#pragma once

#include <optional>
#include <string>

#include "clerk_backend_api/audit_checkpoints.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::AuditCheckpoint;

[[nodiscard]] std::string to_json(const AuditCheckpoint& checkpoint);

/// Nothing if a member is missing or of another type.
[[nodiscard]] std::optional<AuditCheckpoint> parse_audit_checkpoint(const Value& value);

}  // namespace tenens::wire
