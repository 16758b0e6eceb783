#include <algorithm>

#include "store/postgres/transaction.hpp"
#include "store/schema/actor_tokens.hpp"

namespace tenens::store::postgres {
namespace {

constexpr std::string_view kInsertActorToken =
    "INSERT INTO actor_tokens (instance_id, id, user_id, actor_sub, actor_payload, state,"
    " ticket_digest, expires_in_seconds, expires_at, session_max_duration_in_seconds,"
    " session_id, reason, created_at, updated_at)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],"
    " $6::text[], $7::bytea[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[],"
    " $12::text[], $13::bigint[], $14::bigint[])";

}  // namespace

std::optional<ActorToken> PostgresTx::find_actor_token(const InstanceId& instance,
                                                       const ActorTokenId& id) {
  const auto held = shared_.actor_tokens.find({instance, id});
  if (held != shared_.actor_tokens.end()) return held->second;
  write_new_actor_tokens();
  static const std::string sql = kSelectActorToken + " WHERE instance_id = $1 AND id = $2";
  auto query = connection_.query(sql);
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  return to_actor_token(query);
}

void PostgresTx::hold_actor_tokens(const std::set<std::pair<InstanceId, ActorTokenId>>& wanted) {
  // Whoever is being redeemed or revoked by another is waited for by the closure that wants it, so
  // that it is known which one waits.
  static const std::string sql =
      kSelectActorToken + " WHERE instance_id = $1 AND id = $2 FOR UPDATE SKIP LOCKED";
  std::vector<Query> queries;
  for (const auto& [instance, id] : wanted) {
    bind(queries.emplace_back(connection_.query(sql)), instance, id);
  }
  connection_.run_together(queries);
  for (auto& query : queries) {
    if (!query.step()) continue;
    auto token = to_actor_token(query);
    auto key = std::pair(token.instance_id, token.id);
    shared_.actor_tokens.emplace(std::move(key), std::move(token));
  }
}

std::vector<ActorToken> PostgresTx::actor_tokens(const InstanceId& instance,
                                                 const ActorTokenFilter& wanted, Page page) {
  write_new_actor_tokens();
  auto filter = to_filter<Filter>(instance, wanted);
  filter.add(" ORDER BY id DESC");
  filter.add_page(page);

  std::vector<ActorToken> found;
  auto query = connection_.query(kSelectActorToken + filter.sql());
  filter.bind_to(query);
  while (query.step()) found.push_back(to_actor_token(query));
  return found;
}

std::int64_t PostgresTx::count_actor_tokens(const InstanceId& instance,
                                            const ActorTokenFilter& wanted) {
  write_new_actor_tokens();
  const auto filter = to_filter<Filter>(instance, wanted);
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
  write_new_actor_tokens();
  auto query = connection_.query(
      "SELECT count(*) FROM"
      " (SELECT 1 FROM actor_tokens WHERE instance_id = $1 AND id >= $2 LIMIT $3) AS counted");
  bind(query, instance, first, std::max<std::int64_t>(0, at_most));
  return query.step() ? query.integer() : 0;
}

void PostgresTx::insert(const ActorToken& token) {
  insert_row(shared_.new_actor_tokens, kInsertActorToken, token.instance_id, token.id,
             token.user_id, token.actor, token.state, token.ticket_digest, token.expires_in,
             token.expires_at, token.session_max_duration, token.session_id, token.reason,
             token.created_at, token.updated_at);
}

void PostgresTx::write_new_actor_tokens() {
  post_rows(kInsertActorToken, shared_.new_actor_tokens);
}

// The condition is the judge: whoever changes the row has won, whatever anyone read before. Who
// meets another node's uncommitted change waits for its end and has his condition judged again, on
// the row as it then is. Of a row that this transaction holds it is known beforehand what the
// condition will say; if it says something else, the division ends the transaction.
bool PostgresTx::accept_if_pending(const InstanceId& instance, const ActorTokenId& id,
                                   const SessionId& session, Instant now) {
  constexpr std::string_view kAccept =
      "UPDATE actor_tokens SET state = 'accepted', session_id = $1, updated_at = $2"
      " WHERE instance_id = $3 AND id = $4 AND state = 'pending' AND expires_at > $5";
  constexpr std::string_view kAcceptHeld =
      "WITH accepted AS (UPDATE actor_tokens"
      " SET state = 'accepted', session_id = $1, updated_at = $2"
      " WHERE instance_id = $3 AND id = $4 AND state = 'pending' AND expires_at > $5 RETURNING 1)"
      " SELECT 1 / count(*) FROM accepted";
  const auto held = shared_.actor_tokens.find({instance, id});
  if (held == shared_.actor_tokens.end()) {
    write_new_actor_tokens();
    return change(kAccept, session, now, instance, id, now) == 1;
  }
  auto& token = held->second;
  if (token.state != TokenState::pending || now >= token.expires_at) return false;
  post_change(kAcceptHeld, session, now, instance, id, now);
  token.state = TokenState::accepted;
  token.session_id = session;
  token.updated_at = now;
  return true;
}

bool PostgresTx::revoke_if_pending(const InstanceId& instance, const ActorTokenId& id,
                                   Instant now) {
  write_new_actor_tokens();
  shared_.actor_tokens.erase({instance, id});  // from here on only the database knows
  return change(
             "UPDATE actor_tokens SET state = 'revoked', updated_at = $1"
             " WHERE instance_id = $2 AND id = $3 AND state = 'pending'",
             now, instance, id) == 1;
}

}  // namespace tenens::store::postgres
