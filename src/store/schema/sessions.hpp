// How a session stands in its table, in every kind of database.
#pragma once

#include <string>
#include <vector>

#include "store/schema/columns.hpp"

namespace tenens::store {

inline const std::string kSessionColumns =
    "instance_id, id, user_id, client_id, actor_sub, actor_payload, actor_token_id, state,"
    " last_active_at, expire_at, idle_limit_in_seconds, redeem_nonce_digest, created_at,"
    " updated_at";
inline const std::string kSelectSession = "SELECT " + kSessionColumns + " FROM sessions";
/// Impersonations of whose end the audit has not been told: what the index sessions_to_note holds.
/// In a subquery on sessions the columns are its own, whatever the tables around have.
inline const std::string kToNote =
    "state = 'active' AND actor_sub IS NOT NULL AND run_out_noted_at IS NULL";
// As PostgreSQL writes parameters: the instance, `after`, `now`.
inline const std::string kToNoteAfter = " WHERE instance_id = $1 AND id > $2 AND " + kToNote;
inline const std::string kHasRunOut =
    "(expire_at <= $3 OR last_active_at + idle_limit_in_seconds * 1000 <= $3)";

template <class Query>
[[nodiscard]] Session to_session(Query& row) {
  Session session;
  read(row, session.instance_id, session.id, session.user_id, session.client_id, session.actor,
       session.actor_token_id, session.state, session.last_active_at, session.expire_at,
       session.idle_limit, session.redeem_nonce_digest, session.created_at, session.updated_at);
  return session;
}

template <class Query>
[[nodiscard]] std::vector<Session> to_sessions(Query& rows) {
  std::vector<Session> found;
  while (rows.step()) found.push_back(to_session(rows));
  return found;
}

template <class Filter>
[[nodiscard]] Filter to_filter(const InstanceId& instance, const SessionFilter& wanted) {
  Filter filter(instance);
  if (wanted.user_id) filter.add(" AND user_id = ?", *wanted.user_id);
  if (wanted.client_id) filter.add(" AND client_id = ?", *wanted.client_id);
  if (wanted.actor_sub) filter.add(" AND actor_sub = ?", *wanted.actor_sub);
  if (wanted.state) filter.add(" AND state = ?", to_text(*wanted.state));
  if (wanted.first_id) filter.add(" AND id >= ?", *wanted.first_id);
  // Only what is stored as active can have run out: a revoked session is revoked, not expired.
  if (wanted.alive_at) {
    filter.add(" AND state = 'active' AND expire_at > ?", *wanted.alive_at);
    filter.add(" AND last_active_at + idle_limit_in_seconds * 1000 > ?", *wanted.alive_at);
  }
  if (wanted.expired_at) {
    filter.add(" AND state = 'active' AND expire_at <= ?", *wanted.expired_at);
    filter.add(" AND last_active_at + idle_limit_in_seconds * 1000 >= expire_at");
  }
  if (wanted.abandoned_at) {
    filter.add(" AND state = 'active' AND last_active_at + idle_limit_in_seconds * 1000 <= ?",
               *wanted.abandoned_at);
    filter.add(" AND last_active_at + idle_limit_in_seconds * 1000 < expire_at");
  }
  return filter;
}

}  // namespace tenens::store
