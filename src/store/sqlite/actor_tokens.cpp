#include <algorithm>

#include "store/schema/actor_tokens.hpp"
#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::optional<ActorToken> SqliteTx::find_actor_token(const InstanceId& instance,
                                                     const ActorTokenId& id) {
  static const std::string sql = kSelectActorToken + " WHERE instance_id = ? AND id = ?";
  auto query = db_.query(sql);
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  return to_actor_token(query);
}

std::vector<ActorToken> SqliteTx::actor_tokens(const InstanceId& instance,
                                               const ActorTokenFilter& wanted, Page page) {
  auto filter = to_filter<Filter>(instance, wanted);
  filter.add(" ORDER BY id DESC");
  filter.add_page(page);

  std::vector<ActorToken> found;
  auto query = db_.query(kSelectActorToken + filter.sql());
  filter.bind_to(query);
  while (query.step()) found.push_back(to_actor_token(query));
  return found;
}

std::int64_t SqliteTx::count_actor_tokens(const InstanceId& instance,
                                          const ActorTokenFilter& wanted) {
  const auto filter = to_filter<Filter>(instance, wanted);
  auto query = db_.query("SELECT count(*) FROM actor_tokens" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

std::int64_t SqliteTx::count_actor_tokens_since(const InstanceId& instance,
                                                const ActorTokenId& first, std::int64_t at_most) {
  auto query = db_.query(
      "SELECT count(*) FROM"
      " (SELECT 1 FROM actor_tokens WHERE instance_id = ? AND id >= ? LIMIT ?)");
  bind(query, instance, first, std::max<std::int64_t>(0, at_most));
  return query.step() ? query.integer() : 0;
}

void SqliteTx::insert(const ActorToken& token) {
  change(
      "INSERT INTO actor_tokens (instance_id, id, user_id, actor_sub, actor_payload, state,"
      " ticket_digest, expires_in_seconds, expires_at, session_max_duration_in_seconds,"
      " session_id, reason, created_at, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      token.instance_id, token.id, token.user_id, token.actor, token.state, token.ticket_digest,
      token.expires_in, token.expires_at, token.session_max_duration, token.session_id,
      token.reason, token.created_at, token.updated_at);
}

// The condition is the judge: whoever changes the row has won, whatever anyone read before.
bool SqliteTx::accept_if_pending(const InstanceId& instance, const ActorTokenId& id,
                                 const SessionId& session, Instant now) {
  return change(
             "UPDATE actor_tokens SET state = 'accepted', session_id = ?, updated_at = ?"
             " WHERE instance_id = ? AND id = ? AND state = 'pending' AND expires_at > ?",
             session, now, instance, id, now) == 1;
}

bool SqliteTx::revoke_if_pending(const InstanceId& instance, const ActorTokenId& id, Instant now) {
  return change(
             "UPDATE actor_tokens SET state = 'revoked', updated_at = ?"
             " WHERE instance_id = ? AND id = ? AND state = 'pending'",
             now, instance, id) == 1;
}

}  // namespace tenens::store
