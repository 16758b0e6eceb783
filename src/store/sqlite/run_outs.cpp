#include "store/schema/retention.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {
namespace {

// Parameters, here and below: the instance, `after`, `now`. The index is named: without statistics
// the primary key looks as good.
const std::string kTable = "sessions INDEXED BY sessions_to_note";
const std::string kOpen = with_question_marks(kToNoteAfter);
const std::string kOver = with_question_marks(kHasRunOut);

}  // namespace

LookedAt SqliteTx::look_for_run_outs(const InstanceId& instance, const SessionId& after,
                                     Instant now, std::int64_t over_at_most, std::int64_t at_most) {
  static const auto sql =
      "SELECT id, " + kOver + " FROM " + kTable + kOpen + " ORDER BY id LIMIT ?4";
  auto query = db_.query(sql);
  store::bind(query, instance, after, now, at_most);
  return look_through(query, over_at_most, at_most);
}

std::vector<Session> SqliteTx::note_run_outs(const InstanceId& instance, const SessionId& after,
                                             const SessionId& last, Instant now) {
  static const auto sql = "UPDATE " + kTable + " SET run_out_noted_at = ?3" + kOpen +
                          " AND id <= ?4 AND " + kOver + " RETURNING " + kSessionColumns;
  begin_change();
  auto query = db_.query(sql);
  store::bind(query, instance, after, now, last);
  return to_sessions(query);
}

}  // namespace tenens::store
