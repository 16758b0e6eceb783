#include "store/schema/names.hpp"

#include <array>
#include <utility>

#include "core/store.hpp"

namespace tenens::store {
namespace {

template <class Value, std::size_t size>
using Names = std::array<std::pair<Value, std::string_view>, size>;

constexpr Names<TokenState, 3> kTokenStates{{
    {TokenState::pending, to_text(TokenState::pending)},
    {TokenState::accepted, to_text(TokenState::accepted)},
    {TokenState::revoked, to_text(TokenState::revoked)},
}};

constexpr Names<SessionState, 5> kSessionStates{{
    {SessionState::active, "active"},
    {SessionState::revoked, "revoked"},
    {SessionState::ended, "ended"},
    {SessionState::removed, "removed"},
    {SessionState::replaced, "replaced"},
}};

constexpr Names<AuditAction, 28> kAuditActions{{
    {AuditAction::actor_token_created, "actor_token_created"},
    {AuditAction::actor_token_redeemed, "actor_token_redeemed"},
    {AuditAction::actor_token_redeem_refused, "actor_token_redeem_refused"},
    {AuditAction::actor_token_revoked, "actor_token_revoked"},
    {AuditAction::actor_token_ended, "actor_token_ended"},
    {AuditAction::session_created, "session_created"},
    {AuditAction::session_revoked, "session_revoked"},
    {AuditAction::session_revoked_by_user, "session_revoked_by_user"},
    {AuditAction::session_ended, "session_ended"},
    {AuditAction::session_removed, "session_removed"},
    {AuditAction::session_replaced, "session_replaced"},
    {AuditAction::session_restored, "session_restored"},
    {AuditAction::session_expired, "session_expired"},
    {AuditAction::session_abandoned, "session_abandoned"},
    {AuditAction::sign_in_token_created, "sign_in_token_created"},
    {AuditAction::sign_in_token_redeemed, "sign_in_token_redeemed"},
    {AuditAction::sign_in_token_redeem_refused, "sign_in_token_redeem_refused"},
    {AuditAction::sign_in_token_revoked, "sign_in_token_revoked"},
    {AuditAction::user_banned, "user_banned"},
    {AuditAction::user_unbanned, "user_unbanned"},
    {AuditAction::user_deleted, "user_deleted"},
    {AuditAction::secret_key_replaced, "secret_key_replaced"},
    {AuditAction::signing_key_rotated, "signing_key_rotated"},
    {AuditAction::database_recovered, "database_recovered"},
    {AuditAction::actor_token_redeem_repeated, "actor_token_redeem_repeated"},
    {AuditAction::sign_in_token_redeem_repeated, "sign_in_token_redeem_repeated"},
    {AuditAction::outcome_committed, "outcome_committed"},
    {AuditAction::outcome_undone, "outcome_undone"},
}};

template <class Value, std::size_t size>
std::string_view name_of(const Names<Value, size>& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  throw StoreError("a value without a name");
}

template <class Value, std::size_t size>
Value value_of(const Names<Value, size>& names, std::string_view text) {
  for (const auto& [known, name] : names) {
    if (name == text) return known;
  }
  throw StoreError("the database holds a value that this version does not know: " +
                   std::string(text));
}

}  // namespace

std::string_view to_text(SessionState state) {
  return name_of(kSessionStates, state);
}
std::string_view to_text(AuditAction action) {
  return name_of(kAuditActions, action);
}

void from_text(std::string_view text, TokenState& state) {
  state = value_of(kTokenStates, text);
}
void from_text(std::string_view text, SessionState& state) {
  state = value_of(kSessionStates, text);
}

void set_action(AuditEvent& event, std::string_view text) {
  event.unknown_action.clear();
  for (const auto& [known, name] : kAuditActions) {
    if (name != text) continue;
    event.action = known;
    return;
  }
  event.action = AuditAction::unknown;
  event.unknown_action = text;
}

}  // namespace tenens::store
