#include "clerk_backend_api/audit_events.hpp"

#include "sdk/caller.hpp"
#include "sdk/lists.hpp"

namespace clerk_backend_api {

Result<AuditEventList> AuditEvents::list(const ListAuditEventsRequest& request,
                                         const RequestOptions& options) const {
  detail::Query query;
  query.add("paginated", std::string_view("true"))
      .add("actor_sub", request.actor_sub)
      .add("user_id", request.user_id)
      .add("actor_token_id", request.actor_token_id)
      .add("sign_in_token_id", request.sign_in_token_id)
      .add("session_id", request.session_id)
      .add("action", request.action)
      .add("since", request.since)
      .add("until", request.until)
      .add("limit", request.limit)
      .add("offset", request.offset);
  return caller_->call<AuditEventList>(
      detail::kListAuditEvents, {.query = std::move(query)}, options, [](const Value& json) {
        return detail::parse_list<AuditEventList>(json, tenens::wire::parse_audit_event);
      });
}

Listing<AuditEvent> AuditEvents::list_all(ListAuditEventsRequest request,
                                          RequestOptions options) const {
  return detail::list_all<AuditEvent>(*this, std::move(request), std::move(options));
}

}  // namespace clerk_backend_api
