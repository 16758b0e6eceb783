#include "wire/audit_checkpoints.hpp"

#include "wire/members.hpp"

namespace tenens::wire {

std::string to_json(const AuditCheckpoint& checkpoint) {
  return Writer()
      .begin_object()
      .member("object", "audit_checkpoint")
      .member("size", checkpoint.size)
      .member("root", checkpoint.root)
      .member("jws", checkpoint.jws)
      .member("created_at", checkpoint.created_at)
      .end_object()
      .take();
}

std::optional<AuditCheckpoint> parse_audit_checkpoint(const Value& value) {
  Members members(value);
  AuditCheckpoint checkpoint;
  checkpoint.size = members.required_integer("size");
  checkpoint.root = members.required_string("root");
  checkpoint.jws = members.required_string("jws");
  checkpoint.created_at = members.required_integer("created_at");
  checkpoint.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return checkpoint;
}

}  // namespace tenens::wire
