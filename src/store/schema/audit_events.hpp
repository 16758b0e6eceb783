// How an audit event stands in its table, in every kind of database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/schema/columns.hpp"

namespace tenens::store {

inline const std::string kSelectAuditEvent =
    "SELECT instance_id, sequence, at, action, key_id, actor_sub, actor_payload, user_id,"
    " actor_token_id, sign_in_token_id, session_id, address, reason, code FROM audit_events";

template <class Query>
void read_audit_event(Query& row, AuditEvent& event) {
  std::string_view action;
  read(row, event.instance_id, event.sequence, event.at, action, event.key_id, event.actor,
       event.user_id, event.actor_token_id, event.sign_in_token_id, event.session_id, event.address,
       event.reason, event.code);
  set_stored_action(event, action);
}

/// In the place of what is in `found`, for the room that its texts have.
template <class Query>
void read_audit_events(Query& rows, std::vector<AuditEvent>& found) {
  std::size_t count = 0;
  for (; rows.step(); ++count) {
    read_audit_event(rows, count < found.size() ? found[count] : found.emplace_back());
  }
  found.resize(count);
}

template <class Filter>
[[nodiscard]] Filter to_filter(const InstanceId& instance, const AuditFilter& wanted) {
  Filter filter(instance);
  if (wanted.actor_sub) filter.add(" AND actor_sub = ?", *wanted.actor_sub);
  if (wanted.user_id) filter.add(" AND user_id = ?", *wanted.user_id);
  if (wanted.actor_token_id) filter.add(" AND actor_token_id = ?", *wanted.actor_token_id);
  if (wanted.sign_in_token_id) filter.add(" AND sign_in_token_id = ?", *wanted.sign_in_token_id);
  if (wanted.session_id) filter.add(" AND session_id = ?", *wanted.session_id);
  if (wanted.action) filter.add(" AND action = ?", to_word(*wanted.action));
  if (wanted.since) filter.add(" AND at >= ?", *wanted.since);
  if (wanted.until) filter.add(" AND at < ?", *wanted.until);
  if (wanted.after) filter.add(" AND sequence > ?", *wanted.after);
  return filter;
}

}  // namespace tenens::store
