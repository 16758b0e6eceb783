#include "store/schema/audit_events.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::vector<AuditEvent> SqliteTx::audit_events(const InstanceId& instance,
                                               const AuditFilter& wanted, Page page) {
  auto filter = to_filter<Filter>(instance, wanted);
  filter.add(" ORDER BY sequence DESC");
  filter.add_page(page);

  std::vector<AuditEvent> found;
  auto query = db_.query(kSelectAuditEvent + filter.sql());
  filter.bind_to(query);
  read_audit_events(query, found);
  return found;
}

void SqliteTx::audit_events_after(const InstanceId& instance, std::int64_t sequence,
                                  std::int64_t at_most, std::vector<AuditEvent>& found) {
  static const auto sql = kSelectAuditEvent +
                          " WHERE instance_id = ? AND sequence > ?"
                          " ORDER BY sequence LIMIT ?";
  auto query = db_.query(sql);
  bind(query, instance, sequence, at_most);
  read_audit_events(query, found);
}

std::int64_t SqliteTx::count_audit_events(const InstanceId& instance, const AuditFilter& wanted) {
  const auto filter = to_filter<Filter>(instance, wanted);
  auto query = db_.query("SELECT count(*) FROM audit_events" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

// The number comes from the table itself, so that a rolled back neighbour leaves no gap. The
// largest is the last key of the instance: one descent of the tree.
std::int64_t& SqliteTx::last_sequence(const InstanceId& instance) {
  const auto known = shared_.last_sequences.find(instance);
  if (known != shared_.last_sequences.end()) return known->second;
  auto query = db_.query("SELECT max(sequence) FROM audit_events WHERE instance_id = ?");
  bind(query, instance);
  const auto last = query.step() ? query.integer() : 0;
  return shared_.last_sequences.emplace(instance, last).first->second;
}

void SqliteTx::append(const AuditEvent& event) {
  auto& last = last_sequence(event.instance_id);
  change(
      "INSERT INTO audit_events (instance_id, sequence, at, action, key_id, actor_sub,"
      " actor_payload, user_id, actor_token_id, sign_in_token_id, session_id, address, reason,"
      " code)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      event.instance_id, last + 1, event.at, event.action, event.key_id, event.actor, event.user_id,
      event.actor_token_id, event.sign_in_token_id, event.session_id, event.address, event.reason,
      event.code);
  ++last;
}

}  // namespace tenens::store
