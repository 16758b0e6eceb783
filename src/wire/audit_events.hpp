// JSON <-> `AuditEvent`.
#pragma once

#include <optional>
#include <string>

#include "clerk_backend_api/audit_events.hpp"
#include "wire/json.hpp"

namespace tenens::wire {

using clerk_backend_api::AuditAction;
using clerk_backend_api::AuditEvent;

/// Every member in each event, `null` where there is nothing to say: a log's columns do not come
/// and go.
[[nodiscard]] std::string to_json(const AuditEvent& event);

/// Nothing if `sequence`, `at`, `action` or `address` is missing or of another type.
[[nodiscard]] std::optional<AuditEvent> parse_audit_event(const Value& value);

}  // namespace tenens::wire
