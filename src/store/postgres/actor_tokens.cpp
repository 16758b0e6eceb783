#include <algorithm>

#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {
namespace {

const std::string kSelect =
    "SELECT instance_id, id, user_id, actor_sub, actor_payload, state, ticket_digest,"
    " expires_in_seconds, expires_at, session_max_duration_in_seconds, session_id, reason,"
    " created_at, updated_at FROM actor_tokens";

ActorToken to_actor_token(Query& row) {
  ActorToken token;
  read(row, token.instance_id, token.id, token.user_id, token.actor, token.state,
       token.ticket_digest, token.expires_in, token.expires_at, token.session_max_duration,
       token.session_id, token.reason, token.created_at, token.updated_at);
  return token;
}

Filter to_filter(const InstanceId& instance, const ActorTokenFilter& wanted) {
  Filter filter(instance);
  if (wanted.user_id) filter.add(" AND user_id = ?", *wanted.user_id);
  if (wanted.actor_sub) filter.add(" AND actor_sub = ?", *wanted.actor_sub);
  if (wanted.state) filter.add(" AND state = ?", to_text(*wanted.state));
  return filter;
}

}  // namespace

std::optional<ActorToken> PostgresTx::find_actor_token(const InstanceId& instance,
                                                       const ActorTokenId& id) {
  static const std::string sql = kSelect + " WHERE instance_id = $1 AND id = $2";
  auto query = connection_.query(sql);
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  return to_actor_token(query);
}

std::vector<ActorToken> PostgresTx::actor_tokens(const InstanceId& instance,
                                                 const ActorTokenFilter& wanted, Page page) {
  auto filter = to_filter(instance, wanted);
  filter.add(" ORDER BY id DESC");
  filter.add_page(page);

  std::vector<ActorToken> found;
  auto query = connection_.query(kSelect + filter.sql());
  filter.bind_to(query);
  while (query.step()) found.push_back(to_actor_token(query));
  return found;
}

std::int64_t PostgresTx::count_actor_tokens(const InstanceId& instance,
                                            const ActorTokenFilter& wanted) {
  const auto filter = to_filter(instance, wanted);
  auto query = connection_.query("SELECT count(*) FROM actor_tokens" + filter.sql());
  filter.bind_to(query);
  return query.step() ? query.integer() : 0;
}

std::int64_t PostgresTx::count_actor_tokens_since(const InstanceId& instance,
                                                  const ActorTokenId& first, std::int64_t at_most) {
  // A limit on a count has no row of its own to guard it. Whoever counts in order to insert holds
  // the instance, so that two nodes cannot both find room for the last one.
  if (is_write()) {
    auto lock = connection_.query("SELECT 1 FROM instances WHERE id = $1 FOR NO KEY UPDATE");
    bind(lock, instance);
    lock.step();
  }
  auto query = connection_.query(
      "SELECT count(*) FROM"
      " (SELECT 1 FROM actor_tokens WHERE instance_id = $1 AND id >= $2 LIMIT $3) AS counted");
  bind(query, instance, first, std::max<std::int64_t>(0, at_most));
  return query.step() ? query.integer() : 0;
}

void PostgresTx::insert(const ActorToken& token) {
  post_change(
      "INSERT INTO actor_tokens (instance_id, id, user_id, actor_sub, actor_payload, state,"
      " ticket_digest, expires_in_seconds, expires_at, session_max_duration_in_seconds,"
      " session_id, reason, created_at, updated_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      token.instance_id, token.id, token.user_id, token.actor, token.state, token.ticket_digest,
      token.expires_in, token.expires_at, token.session_max_duration, token.session_id,
      token.reason, token.created_at, token.updated_at);
}

// The condition is the judge: whoever changes the row has won, whatever anyone read before. Who
// meets another node's uncommitted change waits for its end and has his condition judged again, on
// the row as it then is.
bool PostgresTx::accept_if_pending(const InstanceId& instance, const ActorTokenId& id,
                                   const SessionId& session, Instant now) {
  return change(
             "UPDATE actor_tokens SET state = 'accepted', session_id = $1, updated_at = $2"
             " WHERE instance_id = $3 AND id = $4 AND state = 'pending' AND expires_at > $5",
             session, now, instance, id, now) == 1;
}

bool PostgresTx::revoke_if_pending(const InstanceId& instance, const ActorTokenId& id,
                                   Instant now) {
  return change(
             "UPDATE actor_tokens SET state = 'revoked', updated_at = $1"
             " WHERE instance_id = $2 AND id = $3 AND state = 'pending'",
             now, instance, id) == 1;
}

}  // namespace tenens::store::postgres
