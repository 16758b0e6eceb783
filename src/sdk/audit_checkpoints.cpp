#include "clerk_backend_api/audit_checkpoints.hpp"

#include "sdk/caller.hpp"
#include "sdk/lists.hpp"

namespace clerk_backend_api {

Result<AuditCheckpointList> AuditCheckpoints::list(const ListAuditCheckpointsRequest& request,
                                                   const RequestOptions& options) const {
  detail::Query query;
  query.add("limit", request.limit).add("offset", request.offset);
  return caller_->call<AuditCheckpointList>(
      detail::kListAuditCheckpoints, {.query = std::move(query)}, options, [](const Value& json) {
        return detail::parse_list<AuditCheckpointList>(json, tenens::wire::parse_audit_checkpoint);
      });
}

}  // namespace clerk_backend_api
