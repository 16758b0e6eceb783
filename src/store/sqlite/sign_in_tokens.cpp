#include "store/sqlite/transaction.hpp"

namespace tenens::store {

std::optional<SignInToken> SqliteTx::find_sign_in_token(const InstanceId& instance,
                                                        const SignInTokenId& id) {
  auto query = db_.query(
      "SELECT instance_id, id, user_id, state, ticket_digest, expires_in_seconds, expires_at,"
      " session_id, created_at, updated_at FROM sign_in_tokens WHERE instance_id = ? AND id = ?");
  bind(query, instance, id);
  if (!query.step()) return std::nullopt;
  SignInToken token;
  read(query, token.instance_id, token.id, token.user_id, token.state, token.ticket_digest,
       token.expires_in, token.expires_at, token.session_id, token.created_at, token.updated_at);
  return token;
}

void SqliteTx::insert(const SignInToken& token) {
  change(
      "INSERT INTO sign_in_tokens (instance_id, id, user_id, state, ticket_digest,"
      " expires_in_seconds, expires_at, session_id, created_at, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      token.instance_id, token.id, token.user_id, token.state, token.ticket_digest,
      token.expires_in, token.expires_at, token.session_id, token.created_at, token.updated_at);
}

// The condition is the judge, as for actor tokens.
bool SqliteTx::accept_if_pending(const InstanceId& instance, const SignInTokenId& id,
                                 const SessionId& session, Instant now) {
  return change(
             "UPDATE sign_in_tokens SET state = 'accepted', session_id = ?, updated_at = ?"
             " WHERE instance_id = ? AND id = ? AND state = 'pending' AND expires_at > ?",
             session, now, instance, id, now) == 1;
}

bool SqliteTx::revoke_if_pending(const InstanceId& instance, const SignInTokenId& id, Instant now) {
  return change(
             "UPDATE sign_in_tokens SET state = 'revoked', updated_at = ?"
             " WHERE instance_id = ? AND id = ? AND state = 'pending'",
             now, instance, id) == 1;
}

}  // namespace tenens::store
