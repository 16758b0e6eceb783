// What an audit event says was done.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

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

/// The wire's names. In the databases, and in the leaves of the audit's tree, they have an
/// underscore for the dot.
inline constexpr auto kAuditActionNames = std::to_array<std::pair<AuditAction, std::string_view>>({
    {AuditAction::actor_token_created, "actor_token.created"},
    {AuditAction::actor_token_redeemed, "actor_token.redeemed"},
    {AuditAction::actor_token_redeem_refused, "actor_token.redeem_refused"},
    {AuditAction::actor_token_revoked, "actor_token.revoked"},
    {AuditAction::actor_token_ended, "actor_token.ended"},
    {AuditAction::session_created, "session.created"},
    {AuditAction::session_revoked, "session.revoked"},
    {AuditAction::session_revoked_by_user, "session.revoked_by_user"},
    {AuditAction::session_ended, "session.ended"},
    {AuditAction::session_removed, "session.removed"},
    {AuditAction::session_replaced, "session.replaced"},
    {AuditAction::session_restored, "session.restored"},
    {AuditAction::session_expired, "session.expired"},
    {AuditAction::session_abandoned, "session.abandoned"},
    {AuditAction::sign_in_token_created, "sign_in_token.created"},
    {AuditAction::sign_in_token_redeemed, "sign_in_token.redeemed"},
    {AuditAction::sign_in_token_redeem_refused, "sign_in_token.redeem_refused"},
    {AuditAction::sign_in_token_revoked, "sign_in_token.revoked"},
    {AuditAction::user_banned, "user.banned"},
    {AuditAction::user_unbanned, "user.unbanned"},
    {AuditAction::user_deleted, "user.deleted"},
    {AuditAction::secret_key_replaced, "secret_key.replaced"},
    {AuditAction::signing_key_rotated, "signing_key.rotated"},
    {AuditAction::database_recovered, "database.recovered"},
    {AuditAction::actor_token_redeem_repeated, "actor_token.redeem_repeated"},
    {AuditAction::sign_in_token_redeem_repeated, "sign_in_token.redeem_repeated"},
    {AuditAction::outcome_committed, "outcome.committed"},
    {AuditAction::outcome_undone, "outcome.undone"},
});
static_assert(
    [] {
      for (std::size_t i = 0; i < kAuditActionNames.size(); ++i) {
        if (kAuditActionNames[i].first != AuditAction{static_cast<int>(i)}) return false;
      }
      return kAuditActionNames.size() == static_cast<std::size_t>(AuditAction::unknown);
    }(),
    "all of them, in the order of the enumerators");

/// All but `unknown`.
inline constexpr auto kAuditActions = [] {
  std::array<AuditAction, kAuditActionNames.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = kAuditActionNames[i].first;
  return all;
}();

}  // namespace tenens
