#include "wire/audit_checkpoints.hpp"

#include "http/read_query.hpp"
#include "http/routes/routes.hpp"
#include "http/to_wire.hpp"
#include "wire/lists.hpp"

namespace tenens::http::routes::audit_checkpoints {

Answer list(const Context& context) {
  QueryReader query(context.request.query);
  const auto page = query.page();
  static_cast<void>(query.flag("paginated"));  // it always is
  query.refuse_others();
  if (!query.faultless()) return refused(query.failures());

  const auto listing = context.services.audit_checkpoints.list(context.caller, page);
  if (!listing) return refused(listing.error());
  std::vector<wire::AuditCheckpoint> models;
  for (const auto& checkpoint : listing->items) models.push_back(to_wire(checkpoint));
  return json(wire::to_json_page(models, listing->total));
}

}  // namespace tenens::http::routes::audit_checkpoints
