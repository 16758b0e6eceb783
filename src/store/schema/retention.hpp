// The part of retention that is the same in every kind of database. Parameters are written as
// PostgreSQL's.
#pragma once

#include <string>

#include "store/schema/sessions.hpp"

namespace tenens::store {

[[nodiscard]] inline const char* table_of(Removable what) {
  switch (what) {
    case Removable::actor_tokens: return "actor_tokens";
    case Removable::sign_in_tokens: return "sign_in_tokens";
    case Removable::clients: break;
  }
  return "clients";
}

// Parameters: the instance, `after`, `last`, `over_by`.
inline const std::string kInStretch = " t WHERE instance_id = $1 AND id > $2 AND id <= $3";
inline const std::string kTokenIsOver =
    "expires_at < $4 AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.instance_id = t.instance_id"
    " AND s.id = t.session_id AND (s.expire_at >= $4"
    // Of its end the audit has not been told: the session is not over yet.
    " OR (" +
    kToNote + ")))";

/// Goes through `rows`, `at_most` ids of a stretch in their order, each with whether it is over.
template <class Query>
[[nodiscard]] LookedAt look_through(Query& rows, std::int64_t over_at_most, std::int64_t at_most) {
  LookedAt found;
  for (std::int64_t seen = 0; found.over < over_at_most; ++seen) {
    if (!rows.step()) {
      found.at_end = seen < at_most;
      break;
    }
    bool is_over = false;
    read(rows, found.last, is_over);
    if (is_over) ++found.over;
  }
  return found;
}

}  // namespace tenens::store
