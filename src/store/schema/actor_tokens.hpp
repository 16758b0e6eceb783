// How an actor token stands in its table, in every kind of database.
#pragma once

#include <string>

#include "store/schema/columns.hpp"

namespace tenens::store {

inline const std::string kSelectActorToken =
    "SELECT instance_id, id, user_id, actor_sub, actor_payload, state, ticket_digest,"
    " expires_in_seconds, expires_at, session_max_duration_in_seconds, session_id, reason,"
    " created_at, updated_at FROM actor_tokens";

template <class Query>
[[nodiscard]] ActorToken to_actor_token(Query& row) {
  ActorToken token;
  read(row, token.instance_id, token.id, token.user_id, token.actor, token.state,
       token.ticket_digest, token.expires_in, token.expires_at, token.session_max_duration,
       token.session_id, token.reason, token.created_at, token.updated_at);
  return token;
}

template <class Filter>
[[nodiscard]] Filter to_filter(const InstanceId& instance, const ActorTokenFilter& wanted) {
  Filter filter(instance);
  if (wanted.user_id) filter.add(" AND user_id = ?", *wanted.user_id);
  if (wanted.actor_sub) filter.add(" AND actor_sub = ?", *wanted.actor_sub);
  if (wanted.state) filter.add(" AND state = ?", to_text(*wanted.state));
  return filter;
}

}  // namespace tenens::store
