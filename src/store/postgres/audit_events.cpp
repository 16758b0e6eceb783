#include <map>

#include "store/postgres/transaction.hpp"
#include "store/schema/audit_events.hpp"

namespace tenens::store::postgres {

std::vector<AuditEvent> PostgresTx::audit_events(const InstanceId& instance,
                                                 const AuditFilter& wanted, Page page) {
  if (is_write()) write_audit();  // who reads in a write sees what it appended
  auto filter = to_filter<Filter>(instance, wanted);
  filter.add(" ORDER BY sequence DESC");
  filter.add_page(page);

  std::vector<AuditEvent> found;
  auto query = connection_.query(kSelectAuditEvent + filter.sql());
  filter.bind_to(query);
  read_audit_events(query, found);
  return found;
}

void PostgresTx::audit_events_after(const InstanceId& instance, std::int64_t sequence,
                                    std::int64_t at_most, std::vector<AuditEvent>& found) {
  if (is_write()) write_audit();
  static const auto sql = kSelectAuditEvent +
                          " WHERE instance_id = $1 AND sequence > $2"
                          " ORDER BY sequence LIMIT $3";
  auto query = connection_.query(sql);
  bind(query, instance, sequence, at_most);
  read_audit_events(query, found);
}

std::int64_t PostgresTx::count_audit_events(const InstanceId& instance, const AuditFilter& wanted) {
  if (is_write()) write_audit();
  const auto filter = to_filter<Filter>(instance, wanted);
  auto query = connection_.query("SELECT count(*) FROM audit_events" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

void PostgresTx::append(const AuditEvent& event) {
  shared_.audit.push_back(event);
  changed_ = true;
}

// An instance's counter is a row: whoever raises it holds it until the end of his transaction. So
// the next number is given after this one is committed, or given again after it was rolled back:
// no gap, in the order of commits, over all nodes.
void PostgresTx::append_all(const InstanceId& instance, const std::vector<Parameters>& rows) {
  auto query = connection_.query(
      "WITH counter AS"
      " (INSERT INTO audit_counters (instance_id, last_sequence) VALUES ($1, $2)"
      " ON CONFLICT (instance_id) DO UPDATE"
      " SET last_sequence = audit_counters.last_sequence + excluded.last_sequence"
      " RETURNING last_sequence - $2 AS before)"
      " INSERT INTO audit_events (instance_id, sequence, at, action, key_id, actor_sub,"
      " actor_payload, user_id, actor_token_id, sign_in_token_id, session_id, address, reason,"
      " code)"
      " SELECT $1, before + number, at, action, key_id, actor_sub, actor_payload, user_id,"
      " actor_token_id, sign_in_token_id, session_id, address, reason, code FROM counter,"
      " unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],"
      " $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])"
      " WITH ORDINALITY AS event (at, action, key_id, actor_sub, actor_payload, user_id,"
      " actor_token_id, sign_in_token_id, session_id, address, reason, code, number)");
  bind(query, instance, static_cast<std::int64_t>(rows.size()));
  query.bind_columns(rows);
  run_posted(query);
}

void PostgresTx::wait_for_audit(const InstanceId& instance) {
  change(
      "INSERT INTO audit_counters (instance_id, last_sequence) VALUES ($1, 0)"
      " ON CONFLICT (instance_id) DO UPDATE SET last_sequence = audit_counters.last_sequence",
      instance);
}

void PostgresTx::write_audit() {
  // Instance by instance, in the order of their ids: two nodes that need the same two counters must
  // not take them crosswise.
  std::map<InstanceId, std::vector<Parameters>> rows;
  // Const: of what is not, std::bind would be the better match.
  for (const auto& event : std::exchange(shared_.audit, {})) {
    bind(rows[event.instance_id].emplace_back(), event.at, event.action, event.key_id, event.actor,
         event.user_id, event.actor_token_id, event.sign_in_token_id, event.session_id,
         event.address, event.reason, event.code);
    shared_.appended.push_back(event);
  }
  for (const auto& [instance, events] : rows) append_all(instance, events);
}

}  // namespace tenens::store::postgres
