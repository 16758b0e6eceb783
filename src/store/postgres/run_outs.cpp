// Several nodes may be at it at once: what one holds the other passes by.
#include "store/postgres/transaction.hpp"
#include "store/schema/retention.hpp"

namespace tenens::store::postgres {

LookedAt PostgresTx::look_for_run_outs(const InstanceId& instance, const SessionId& after,
                                       Instant now, std::int64_t over_at_most,
                                       std::int64_t at_most) {
  write_new_sessions();
  static const auto sql =
      "SELECT id, " + kHasRunOut + " FROM sessions" + kToNoteAfter + " ORDER BY id LIMIT $4";
  auto query = connection_.query(sql);
  store::bind(query, instance, after, now, at_most);
  return look_through(query, over_at_most, at_most);
}

std::vector<Session> PostgresTx::note_run_outs(const InstanceId& instance, const SessionId& after,
                                               const SessionId& last, Instant now) {
  write_new_sessions();
  static const auto sql =
      "WITH these AS MATERIALIZED (SELECT id AS this_id FROM sessions" + kToNoteAfter +
      " AND id <= $4 AND " + kHasRunOut +
      " ORDER BY id FOR UPDATE SKIP LOCKED) UPDATE sessions SET run_out_noted_at = $3 FROM these"
      " WHERE instance_id = $1 AND id = this_id RETURNING " +
      kSessionColumns;
  auto query = connection_.query(sql);
  store::bind(query, instance, after, now, last);
  run_change(query);
  return to_sessions(query);
}

}  // namespace tenens::store::postgres
