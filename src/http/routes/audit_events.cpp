#include "wire/audit_events.hpp"

#include "http/read_query.hpp"
#include "http/routes/routes.hpp"
#include "http/to_wire.hpp"
#include "wire/lists.hpp"

namespace tenens::http::routes::audit_events {

Answer list(const Context& context) {
  QueryReader query(context.request.query);
  const AuditFilter filter{.actor_sub = query.text("actor_sub"),
                           .user_id = query.id<UserId>("user_id"),
                           .actor_token_id = query.id<ActorTokenId>("actor_token_id"),
                           .sign_in_token_id = query.id<SignInTokenId>("sign_in_token_id"),
                           .session_id = query.id<SessionId>("session_id"),
                           .action = query.word("action", kAuditActions),
                           .since = query.instant("since"),
                           .until = query.instant("until")};
  const auto page = query.page();
  static_cast<void>(query.flag("paginated"));  // it always is
  query.refuse_others();
  if (!query.faultless()) return refused(query.failures());

  const auto listing = context.services.audit_events.list(context.caller, filter, page);
  if (!listing) return refused(listing.error());
  std::vector<wire::AuditEvent> models;
  for (const auto& event : listing->items) models.push_back(to_wire(event));
  return json(wire::to_json_page(models, listing->total));
}

}  // namespace tenens::http::routes::audit_events
