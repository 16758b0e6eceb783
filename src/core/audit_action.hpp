// What an audit event says was done.
#pragma once

namespace tenens {

enum class AuditAction {
  actor_token_created,
  actor_token_redeemed,
  actor_token_redeem_refused,
  actor_token_revoked,
  actor_token_ended,
  session_created,  // by a back end, for tests
  session_revoked,
  session_revoked_by_user,  // from another of the user's own sessions
  session_ended,
  session_removed,
  session_replaced,   // by a redemption in the same browser
  session_restored,   // after the impersonation that had replaced it
  session_expired,    // an impersonation, at the end of its duration
  session_abandoned,  // an impersonation, without activity for too long
  sign_in_token_created,
  sign_in_token_redeemed,
  sign_in_token_redeem_refused,
  sign_in_token_revoked,
  user_banned,
  user_unbanned,
  user_deleted,
  secret_key_replaced,            // by the operator, who started the server with another
  signing_key_rotated,            // by the operator
  database_recovered,             // after a restore: everything that was open is void
  actor_token_redeem_repeated,    // the session once more, to the one who opened it
  sign_in_token_redeem_repeated,  //
  outcome_committed,              // an act whose caller was told outcome_unknown: it took place
  outcome_undone,                 // … it did not
  unknown,                        // written by a later version of this program; never by this one
};

}  // namespace tenens
