#include "store/schema/sessions.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {
namespace {

/// Without statistics SQLite takes the primary key for as good as the index, and would walk through
/// all sessions of the instance to find those of one browser.
const char* access_path(const SessionFilter& wanted) {
  return wanted.client_id ? " INDEXED BY sessions_by_client" : "";
}

}  // namespace

std::optional<Session> SqliteTx::find_session(const InstanceId& instance, const SessionId& id) {
  static const std::string sql = kSelectSession + " WHERE instance_id = ? AND id = ?";
  auto query = db_.query(sql);
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  return to_session(query);
}

std::vector<Session> SqliteTx::sessions(const InstanceId& instance, const SessionFilter& wanted,
                                        Page page) {
  auto filter = to_filter<Filter>(instance, wanted);
  filter.add(" ORDER BY id DESC");
  filter.add_page(page);

  auto query = db_.query(kSelectSession + access_path(wanted) + filter.sql());
  filter.bind_to(query);
  return to_sessions(query);
}

std::int64_t SqliteTx::count_sessions(const InstanceId& instance, const SessionFilter& wanted) {
  const auto filter = to_filter<Filter>(instance, wanted);
  auto query =
      db_.query(std::string("SELECT count(*) FROM sessions") + access_path(wanted) + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

void SqliteTx::insert(const Session& session) {
  change(
      "INSERT INTO sessions (instance_id, id, user_id, client_id, actor_sub, actor_payload,"
      " actor_token_id, state, last_active_at, expire_at, idle_limit_in_seconds,"
      " redeem_nonce_digest, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?)",
      session.instance_id, session.id, session.user_id, session.client_id, session.actor,
      session.actor_token_id, session.state, session.last_active_at, session.expire_at,
      session.idle_limit, session.redeem_nonce_digest, session.created_at, session.updated_at);
}

bool SqliteTx::close_if_alive(const InstanceId& instance, const SessionId& id, SessionState to,
                              Instant now, SessionState or_from) {
  return change(
             "UPDATE sessions SET state = ?, updated_at = ?"
             " WHERE instance_id = ? AND id = ? AND state IN ('active', ?) AND expire_at > ?"
             " AND last_active_at + idle_limit_in_seconds * 1000 > ?",
             to, now, instance, id, or_from, now, now) == 1;
}

bool SqliteTx::reopen_if_replaced(const InstanceId& instance, const SessionId& id, Instant now) {
  return change(
             "UPDATE sessions SET state = 'active', last_active_at = ?, updated_at = ?"
             " WHERE instance_id = ? AND id = ? AND state = 'replaced'",
             now, now, instance, id) == 1;
}

bool SqliteTx::touch(const InstanceId& instance, const SessionId& id, Instant now) {
  // Requests may arrive here in another order than they read the clock: time only moves forward.
  return change(
             "UPDATE sessions SET last_active_at = max(last_active_at, ?),"
             " updated_at = max(updated_at, ?)"
             " WHERE instance_id = ? AND id = ? AND state = 'active'"
             " AND run_out_noted_at IS NULL AND expire_at > ?"
             " AND last_active_at + idle_limit_in_seconds * 1000 > ?",
             now, now, instance, id, now, now) == 1;
}

}  // namespace tenens::store
