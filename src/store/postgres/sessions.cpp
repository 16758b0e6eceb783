#include "store/schema/sessions.hpp"
#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

constexpr std::string_view kInsertSession =
    "INSERT INTO sessions (instance_id, id, user_id, client_id, actor_sub, actor_payload,"
    " actor_token_id, state, last_active_at, expire_at, idle_limit_in_seconds,"
    " redeem_nonce_digest, created_at, updated_at)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],"
    " $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[],"
    " $12::bytea[], $13::bigint[], $14::bigint[])";

}  // namespace

std::optional<Session> PostgresTx::find_session(const InstanceId& instance, const SessionId& id) {
  write_new_sessions();
  static const std::string sql = kSelectSession + " WHERE instance_id = $1 AND id = $2";
  auto query = connection_.query(sql);
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  return to_session(query);
}

std::vector<Session> PostgresTx::sessions(const InstanceId& instance, const SessionFilter& wanted,
                                          Page page) {
  write_new_sessions();
  auto filter = to_filter<Filter>(instance, wanted);
  filter.add(" ORDER BY id DESC");
  filter.add_page(page);

  auto query = connection_.query(kSelectSession + filter.sql());
  filter.bind_to(query);
  return to_sessions(query);
}

std::int64_t PostgresTx::count_sessions(const InstanceId& instance, const SessionFilter& wanted) {
  write_new_sessions();
  const auto filter = to_filter<Filter>(instance, wanted);
  auto query = connection_.query("SELECT count(*) FROM sessions" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

void PostgresTx::insert(const Session& session) {
  insert_row(shared_.new_sessions, kInsertSession, session.instance_id, session.id, session.user_id,
             session.client_id, session.actor, session.actor_token_id, session.state,
             session.last_active_at, session.expire_at, session.idle_limit,
             session.redeem_nonce_digest, session.created_at, session.updated_at);
}

void PostgresTx::write_new_sessions() {
  post_rows(kInsertSession, shared_.new_sessions);
}

bool PostgresTx::close_if_alive(const InstanceId& instance, const SessionId& id, SessionState to,
                                Instant now, SessionState or_from) {
  write_new_sessions();
  return change(
             "UPDATE sessions SET state = $1, updated_at = $2"
             " WHERE instance_id = $3 AND id = $4 AND state IN ('active', $5) AND expire_at > $6"
             " AND last_active_at + idle_limit_in_seconds * 1000 > $7",
             to, now, instance, id, or_from, now, now) == 1;
}

bool PostgresTx::reopen_if_replaced(const InstanceId& instance, const SessionId& id, Instant now) {
  write_new_sessions();
  return change(
             "UPDATE sessions SET state = 'active', last_active_at = $1, updated_at = $2"
             " WHERE instance_id = $3 AND id = $4 AND state = 'replaced'",
             now, now, instance, id) == 1;
}

bool PostgresTx::touch(const InstanceId& instance, const SessionId& id, Instant now) {
  write_new_sessions();
  // Requests may arrive here in another order than they read the clock: time only moves forward.
  return change(
             "UPDATE sessions SET last_active_at = greatest(last_active_at, $1),"
             " updated_at = greatest(updated_at, $2)"
             " WHERE instance_id = $3 AND id = $4 AND state = 'active'"
             " AND run_out_noted_at IS NULL AND expire_at > $5"
             " AND last_active_at + idle_limit_in_seconds * 1000 > $6",
             now, now, instance, id, now, now) == 1;
}

}  // namespace tenens::store::postgres
