#include <map>

#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

const std::string kSelect =
    "SELECT instance_id, sequence, at, action, key_id, actor_sub, actor_payload, user_id,"
    " actor_token_id, sign_in_token_id, session_id, address, reason, code FROM audit_events";

AuditEvent to_audit_event(Query& row) {
  AuditEvent event;
  read(row, event.instance_id, event.sequence, event.at, event.action, event.key_id, event.actor,
       event.user_id, event.actor_token_id, event.sign_in_token_id, event.session_id, event.address,
       event.reason, event.code);
  return event;
}

Filter to_filter(const InstanceId& instance, const AuditFilter& wanted) {
  Filter filter(instance);
  if (wanted.actor_sub) filter.add(" AND actor_sub = ?", *wanted.actor_sub);
  if (wanted.user_id) filter.add(" AND user_id = ?", *wanted.user_id);
  if (wanted.actor_token_id) filter.add(" AND actor_token_id = ?", *wanted.actor_token_id);
  if (wanted.session_id) filter.add(" AND session_id = ?", *wanted.session_id);
  if (wanted.action) filter.add(" AND action = ?", to_text(*wanted.action));
  return filter;
}

}  // namespace

std::vector<AuditEvent> PostgresTx::audit_events(const InstanceId& instance,
                                                 const AuditFilter& wanted, Page page) {
  if (is_write()) write_audit();  // who reads in a write sees what it appended
  auto filter = to_filter(instance, wanted);
  filter.add(" ORDER BY sequence DESC");
  filter.add_page(page);

  std::vector<AuditEvent> found;
  auto query = connection_.query(kSelect + filter.sql());
  filter.bind_to(query);
  while (query.step()) found.push_back(to_audit_event(query));
  return found;
}

std::int64_t PostgresTx::count_audit_events(const InstanceId& instance, const AuditFilter& wanted) {
  if (is_write()) write_audit();
  const auto filter = to_filter(instance, wanted);
  auto query = connection_.query("SELECT count(*) FROM audit_events" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

void PostgresTx::append(const AuditEvent& event) {
  audit_.push_back(event);
  changed_ = true;
}

// An instance's counter is a row: whoever raises it holds it until the end of his transaction. So
// the next number is given after this one is committed, or given again after it was rolled back:
// no gap, in the order of commits, over all nodes.
std::int64_t PostgresTx::next_sequences(const InstanceId& instance, std::int64_t count) {
  auto query = connection_.query(
      "INSERT INTO audit_counters (instance_id, last_sequence) VALUES ($1, $2)"
      " ON CONFLICT (instance_id) DO UPDATE"
      " SET last_sequence = audit_counters.last_sequence + excluded.last_sequence"
      " RETURNING last_sequence");
  bind(query, instance, count);
  if (!query.step()) throw StoreError("a counter did not count");
  return query.integer() - count + 1;
}

void PostgresTx::write_audit() {
  if (audit_.empty()) return;
  // Instance by instance, in the order of their ids: two nodes that need the same two counters must
  // not take them crosswise.
  std::map<InstanceId, std::int64_t> next;
  for (const auto& event : audit_) ++next[event.instance_id];
  for (auto& [instance, number] : next) number = next_sequences(instance, number);
  dirty_ = true;
  for (const auto& event : audit_) {
    change(
        "INSERT INTO audit_events (instance_id, sequence, at, action, key_id, actor_sub,"
        " actor_payload, user_id, actor_token_id, sign_in_token_id, session_id, address,"
        " reason, code)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        event.instance_id, next[event.instance_id]++, event.at, event.action, event.key_id,
        event.actor, event.user_id, event.actor_token_id, event.sign_in_token_id, event.session_id,
        event.address, event.reason, event.code);
  }
  audit_.clear();
}

}  // namespace tenens::store::postgres
