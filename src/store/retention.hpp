// The part of retention that is the same in every kind of database.
#pragma once

#include "core/store.hpp"
#include "store/schema/columns.hpp"

namespace tenens::store {

[[nodiscard]] inline const char* table_of(Removable what) {
  switch (what) {
    case Removable::actor_tokens: return "actor_tokens";
    case Removable::sign_in_tokens: return "sign_in_tokens";
    case Removable::clients: break;
  }
  return "clients";
}

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
