#include "core/audit_events.hpp"

#include <array>
#include <utility>

namespace tenens {
namespace {

constexpr std::array<std::pair<AuditAction, std::string_view>, 28> kNames{{
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
}};

AuditEvent about(AuditAction action, const ActorToken& token, Instant now) {
  AuditEvent event;
  event.instance_id = token.instance_id;
  event.at = now;
  event.action = action;
  event.actor = token.actor;
  event.user_id = token.user_id;
  event.actor_token_id = token.id;
  event.session_id = token.session_id;
  event.reason = token.reason;
  return event;
}

AuditEvent about(AuditAction action, const SignInToken& token, Instant now) {
  AuditEvent event;
  event.instance_id = token.instance_id;
  event.at = now;
  event.action = action;
  event.user_id = token.user_id;
  event.sign_in_token_id = token.id;
  event.session_id = token.session_id;
  return event;
}

AuditEvent about(AuditAction action, const Session& session, Instant now) {
  AuditEvent event;
  event.instance_id = session.instance_id;
  event.at = now;
  event.action = action;
  event.actor = session.actor;
  event.user_id = session.user_id;
  event.actor_token_id = session.actor_token_id;
  event.session_id = session.id;
  return event;
}

AuditEvent signed_by(AuditEvent event, const Caller& caller) {
  event.key_id = caller.key_id;
  event.address = caller.address;
  return event;
}

AuditEvent signed_by(AuditEvent event, const Visitor& visitor) {
  event.address = visitor.address;
  return event;
}

}  // namespace

std::string_view to_text(AuditAction action) {
  return kNames.at(static_cast<std::size_t>(action)).second;
}

std::string_view action_text(const AuditEvent& event) {
  return event.action == AuditAction::unknown ? event.unknown_action : to_text(event.action);
}

std::optional<AuditAction> parse_audit_action(std::string_view text) {
  for (const auto& [action, name] : kNames) {
    if (name == text) return action;
  }
  return std::nullopt;
}

namespace audit {

AuditEvent event(AuditAction action, const ActorToken& token, Instant now, const Caller& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const ActorToken& token, Instant now, const Visitor& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const SignInToken& token, Instant now, const Caller& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const SignInToken& token, Instant now, const Visitor& by) {
  return signed_by(about(action, token, now), by);
}
AuditEvent event(AuditAction action, const Session& session, Instant now, const Caller& by) {
  return signed_by(about(action, session, now), by);
}
AuditEvent event(AuditAction action, const Session& session, Instant now, const Visitor& by) {
  return signed_by(about(action, session, now), by);
}

AuditEvent run_out(AuditAction action, const Session& session, Instant at) {
  return about(action, session, at);
}

AuditEvent event(AuditAction action, const UserId& user, Instant now, const Caller& by) {
  AuditEvent event;
  event.instance_id = by.instance_id;
  event.at = now;
  event.action = action;
  event.user_id = user;
  return signed_by(std::move(event), by);
}

AuditEvent operators(AuditAction action, const InstanceId& instance, Instant now,
                     std::string command, std::optional<std::string> what) {
  AuditEvent event;
  event.instance_id = instance;
  event.at = now;
  event.action = action;
  event.address = std::move(command);
  event.reason = std::move(what);
  return event;
}

AuditEvent outcome(AuditEvent act, bool committed, Instant now) {
  act.code = std::string(to_text(act.action));
  act.action = committed ? AuditAction::outcome_committed : AuditAction::outcome_undone;
  act.at = now;
  act.sequence = 0;
  return act;
}

}  // namespace audit

Result<Listing<AuditEvent>> AuditEvents::list(const Caller& caller, const AuditFilter& filter,
                                              Page page) {
  Listing<AuditEvent> listing;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    listing.items = tx.audit_events(caller.instance_id, filter, page);
    listing.total = tx.count_audit_events(caller.instance_id, filter);
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return listing;
}

}  // namespace tenens
