// Ids begin with the time, so what is over lies together at a table's beginning. Several nodes may
// be at it at once: what one holds the other passes by.
#include "store/schema/retention.hpp"

#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

// Parameters, here and below: the instance, `after`, `last`, `over_by`.
const std::string kOverClient =
    "updated_at < $4 AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.instance_id = t.instance_id"
    " AND s.client_id = t.id)";

const std::string& over(Removable what) {
  return what == Removable::clients ? kOverClient : kTokenIsOver;
}

std::string removal_from(Removable what) {
  const std::string table = table_of(what);
  const bool is_token = what != Removable::clients;
  return "WITH gone AS MATERIALIZED (SELECT id" + std::string(is_token ? ", session_id" : "") +
         " FROM " + table + kInStretch + " AND " + over(what) +
         " ORDER BY id FOR UPDATE OF t SKIP LOCKED)" +
         (is_token ? ", ended AS (DELETE FROM sessions s USING gone"
                     " WHERE s.instance_id = $1 AND s.id = gone.session_id)"
                   : "") +
         " DELETE FROM " + table + " d USING gone WHERE d.instance_id = $1 AND d.id = gone.id";
}

}  // namespace

LookedAt PostgresTx::look_at(const InstanceId& instance, const Stretch& stretch,
                             std::int64_t over_at_most, std::int64_t at_most) {
  const auto sql = "SELECT id, " + over(stretch.what) + " FROM " + table_of(stretch.what) +
                   kInStretch + " ORDER BY id LIMIT $5";
  auto query = connection_.query(sql);
  store::bind(query, instance, stretch.after, stretch.last, stretch.over_by, at_most);
  return look_through(query, over_at_most, at_most);
}

std::int64_t PostgresTx::remove_over(const InstanceId& instance, const Stretch& stretch) {
  write_new_rows();
  shared_.actor_tokens.clear();
  return change(removal_from(stretch.what), instance, stretch.after, stretch.last, stretch.over_by);
}

}  // namespace tenens::store::postgres
