#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

std::optional<SignInToken> PostgresTx::find_sign_in_token(const InstanceId& instance,
                                                          const SignInTokenId& id) {
  auto query = connection_.query(
      "SELECT instance_id, id, user_id, state, ticket_digest, expires_in_seconds, expires_at,"
      " session_id, created_at, updated_at FROM sign_in_tokens WHERE instance_id = $1 AND id = $2");
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  SignInToken token;
  read(query, token.instance_id, token.id, token.user_id, token.state, token.ticket_digest,
       token.expires_in, token.expires_at, token.session_id, token.created_at, token.updated_at);
  return token;
}

void PostgresTx::insert(const SignInToken& token) {
  post_change(
      "INSERT INTO sign_in_tokens (instance_id, id, user_id, state, ticket_digest,"
      " expires_in_seconds, expires_at, session_id, created_at, updated_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      token.instance_id, token.id, token.user_id, token.state, token.ticket_digest,
      token.expires_in, token.expires_at, token.session_id, token.created_at, token.updated_at);
}

// The condition is the judge, as for actor tokens.
bool PostgresTx::accept_if_pending(const InstanceId& instance, const SignInTokenId& id,
                                   const SessionId& session, Instant now) {
  return change(
             "UPDATE sign_in_tokens SET state = 'accepted', session_id = $1, updated_at = $2"
             " WHERE instance_id = $3 AND id = $4 AND state = 'pending' AND expires_at > $5",
             session, now, instance, id, now) == 1;
}

bool PostgresTx::revoke_if_pending(const InstanceId& instance, const SignInTokenId& id,
                                   Instant now) {
  return change(
             "UPDATE sign_in_tokens SET state = 'revoked', updated_at = $1"
             " WHERE instance_id = $2 AND id = $3 AND state = 'pending'",
             now, instance, id) == 1;
}

}  // namespace tenens::store::postgres
