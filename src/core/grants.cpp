#include "core/grants.hpp"

#include "core/audit_events.hpp"

namespace tenens {
namespace {

AuditEvent redeem_event(const Grant& grant, AuditAction of_actor_token,
                        AuditAction of_sign_in_token, Instant now, const Visitor& by) {
  if (const auto* token = std::get_if<ActorToken>(&grant.token)) {
    return audit::event(of_actor_token, *token, now, by);
  }
  return audit::event(of_sign_in_token, std::get<SignInToken>(grant.token), now, by);
}

}  // namespace

std::optional<Grant> find_grant(ReadTx& tx, const InstanceId& instance_id,
                                const TicketSource& source, const Settings& settings) {
  if (const auto* id = std::get_if<ActorTokenId>(&source)) {
    auto token = tx.find_actor_token(instance_id, *id);
    if (!token) return std::nullopt;
    return Grant{.user_id = token->user_id,
                 .actor = token->actor,
                 .state = token->state,
                 .ticket_digest = token->ticket_digest,
                 .expires_at = token->expires_at,
                 .session_life = token->session_max_duration,
                 .idle_limit = settings.idle_limit,
                 .reason = token->reason,
                 .token = *std::move(token)};
  }
  auto token = tx.find_sign_in_token(instance_id, std::get<SignInTokenId>(source));
  if (!token) return std::nullopt;
  return Grant{.user_id = token->user_id,
               .state = token->state,
               .ticket_digest = token->ticket_digest,
               .expires_at = token->expires_at,
               .session_life = settings.own_session_life,
               .idle_limit = settings.own_session_life,  // it does not go idle
               .token = *std::move(token)};
}

Code code_of_used(const Grant& grant) {
  return grant.actor ? Code::ticket_used : Code::sign_in_token_used;
}

Done state_allows(const Grant& grant, Instant now) {
  switch (grant.state) {
    case TokenState::accepted: return refuse(code_of_used(grant));
    case TokenState::revoked:
      return refuse(grant.actor ? Code::ticket_revoked : Code::sign_in_token_revoked);
    case TokenState::pending: break;
  }
  if (now >= grant.expires_at) return refuse(Code::ticket_expired);
  return {};
}

namespace audit {

AuditEvent redeemed(const Grant& grant, Instant now, const Visitor& by) {
  return redeem_event(grant, AuditAction::actor_token_redeemed, AuditAction::sign_in_token_redeemed,
                      now, by);
}

AuditEvent redeem_repeated(const Grant& grant, Instant now, const Visitor& by) {
  return redeem_event(grant, AuditAction::actor_token_redeem_repeated,
                      AuditAction::sign_in_token_redeem_repeated, now, by);
}

AuditEvent redeem_refused(const Grant& grant, Code code, Instant now, const Visitor& by) {
  auto event = redeem_event(grant, AuditAction::actor_token_redeem_refused,
                            AuditAction::sign_in_token_redeem_refused, now, by);
  event.code = std::string(code_word(code));
  return event;
}

}  // namespace audit
}  // namespace tenens
