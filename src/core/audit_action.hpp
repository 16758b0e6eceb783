// What an audit event says was done.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

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

/// The wire's names, in this order. In the databases they have an underscore for the dot.
inline constexpr auto kAuditActionNames = std::to_array<std::string_view>({
    "actor_token.created",
    "actor_token.redeemed",
    "actor_token.redeem_refused",
    "actor_token.revoked",
    "actor_token.ended",
    "session.created",
    "session.revoked",
    "session.revoked_by_user",
    "session.ended",
    "session.removed",
    "session.replaced",
    "session.restored",
    "session.expired",
    "session.abandoned",
    "sign_in_token.created",
    "sign_in_token.redeemed",
    "sign_in_token.redeem_refused",
    "sign_in_token.revoked",
    "user.banned",
    "user.unbanned",
    "user.deleted",
    "secret_key.replaced",
    "signing_key.rotated",
    "database.recovered",
    "actor_token.redeem_repeated",
    "sign_in_token.redeem_repeated",
    "outcome.committed",
    "outcome.undone",
});
static_assert(kAuditActionNames.size() == static_cast<std::size_t>(AuditAction::unknown));

}  // namespace tenens
