// Ids begin with the time, so what is over lies together at a table's beginning.
#include "store/schema/retention.hpp"

#include "store/sqlite/transaction.hpp"

namespace tenens::store {
namespace {

// Parameters, here and below: the instance, `after`, `last`, `over_by`.
const std::string kOverToken = with_question_marks(kTokenIsOver);
const std::string kOverClient =
    "updated_at < ?4 AND NOT EXISTS (SELECT 1 FROM sessions s INDEXED BY sessions_by_client"
    " WHERE s.instance_id = t.instance_id AND s.client_id = t.id)";
const std::string kStretch = with_question_marks(kInStretch);

const std::string& over(Removable what) {
  return what == Removable::clients ? kOverClient : kOverToken;
}

}  // namespace

LookedAt SqliteTx::look_at(const InstanceId& instance, const Stretch& stretch,
                           std::int64_t over_at_most, std::int64_t at_most) {
  auto query = db_.query("SELECT id, " + over(stretch.what) + " FROM " + table_of(stretch.what) +
                         kStretch + " ORDER BY id LIMIT ?5");
  store::bind(query, instance, stretch.after, stretch.last, stretch.over_by, at_most);
  return look_through(query, over_at_most, at_most);
}

std::int64_t SqliteTx::remove_over(const InstanceId& instance, const Stretch& stretch) {
  const auto from_here =
      std::string(table_of(stretch.what)) + kStretch + " AND " + over(stretch.what);
  if (stretch.what != Removable::clients) {
    change("DELETE FROM sessions WHERE instance_id = ?1 AND id IN (SELECT session_id FROM " +
               from_here + ")",
           instance, stretch.after, stretch.last, stretch.over_by);
  }
  return change("DELETE FROM " + std::string(table_of(stretch.what)) +
                    " WHERE instance_id = ?1 AND id IN (SELECT id FROM " + from_here + ")",
                instance, stretch.after, stretch.last, stretch.over_by);
}

}  // namespace tenens::store
