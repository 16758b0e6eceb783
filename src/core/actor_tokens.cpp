#include "core/actor_tokens.hpp"

#include "core/audit_events.hpp"
#include "core/durations.hpp"
#include "core/policy.hpp"
#include "core/transact.hpp"

namespace tenens {

Instant month_start(Instant now) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(now)};
  return std::chrono::sys_days{day.year() / day.month() / 1};
}

Result<MintedToken> ActorTokens::draft(const Caller& caller, NewActorToken wanted, Instant now) {
  const auto life = duration_within("expires_in_seconds", wanted.expires_in_seconds,
                                    settings_.token_life, settings_.token_life_max);
  if (!life) return tl::unexpected(life.error());
  const auto session_life =
      duration_within("session_max_duration_in_seconds", wanted.session_max_duration_in_seconds,
                      settings_.session_life, settings_.session_life_max);
  if (!session_life) return tl::unexpected(session_life.error());

  ActorToken token{.id = ids_.make<ActorTokenId>(),
                   .instance_id = caller.instance_id,
                   .user_id = std::move(wanted.user_id),
                   .actor = std::move(wanted.actor),
                   .expires_in = *life,
                   .expires_at = now + *life,
                   .session_max_duration = *session_life,
                   .session_id = {},
                   .reason = std::move(wanted.reason),
                   .created_at = now,
                   .updated_at = now};
  auto ticket = tickets_.mint(token);
  token.ticket_digest = Tickets::digest(ticket);
  auto url = tickets_.url(ticket);
  return MintedToken{std::move(token), std::move(ticket), std::move(url)};
}

Done ActorTokens::may_create(ReadTx& tx, const ActorToken& token) const {
  const auto verdict =
      may_impersonate({.subject = tx.standing(token.instance_id, token.user_id),
                       .subject_id = token.user_id,
                       .acting_user = tx.standing(token.instance_id, UserId{token.actor.sub}),
                       .actor = token.actor},
                      settings_);
  if (!verdict || !settings_.monthly_limit) return verdict;

  // Counted in the transaction that inserts, so that parallel requests cannot share the last one.
  const auto limit = *settings_.monthly_limit;
  const auto first = first_id_at<kind::ActorToken>(month_start(token.created_at));
  const auto used = tx.count_actor_tokens_since(token.instance_id, first, limit);
  if (used >= limit) {
    return refuse(Code::impersonation_limit, {},
                  std::to_string(used) + "/" + std::to_string(limit));
  }
  return {};
}

MintedToken ActorTokens::minted(ActorToken record) const {
  auto ticket = tickets_.mint(record);
  auto url = tickets_.url(ticket);
  return {std::move(record), std::move(ticket), std::move(url)};
}

Result<MintedToken> ActorTokens::create(const Caller& caller, NewActorToken wanted,
                                        const std::optional<Idempotency>& idempotency) {
  const auto now = clock_.now();
  auto drafted = draft(caller, std::move(wanted), now);
  if (!drafted) return drafted;

  const auto& token = drafted->record;
  const auto foresee = [&token] {
    return Foresight{.instance_id = token.instance_id,
                     .user_ids = {token.user_id, UserId{token.actor.sub}}};
  };
  // Of an earlier request with the same key, if there was one.
  using Known = std::optional<ActorToken>;
  auto known = write_foreseen(store_, foresee, [&](WriteTx& tx) -> Result<Known> {
    if (idempotency) {
      const auto earlier = tx.find_idempotency(caller.instance_id, idempotency->key);
      if (earlier && now - earlier->created_at < kIdempotencyLife) {
        if (earlier->body_digest != idempotency->body) return refuse(Code::idempotency_conflict);
        auto token_then = tx.find_actor_token(caller.instance_id, earlier->actor_token_id);
        if (!token_then) return refuse(Code::idempotency_conflict);
        return token_then;
      }
    }
    if (const auto verdict = may_create(tx, token); !verdict) {
      return tl::unexpected(verdict.error());
    }
    tx.insert(token);
    if (idempotency) {
      tx.insert(IdempotencyRecord{caller.instance_id, idempotency->key, idempotency->body, token.id,
                                  now});
      tx.forget_idempotency_before(now - kIdempotencyLife);
    }
    tx.append(audit::event(AuditAction::actor_token_created, token, now, caller));
    return std::nullopt;
  });
  if (!known) return tl::unexpected(known.error());
  if (*known) return minted(**std::move(known));
  return drafted;
}

Result<ActorToken> ActorTokens::revoke(const Caller& caller, const ActorTokenId& id) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> Result<ActorToken> {
    const bool revoked = tx.revoke_if_pending(caller.instance_id, id, now);
    auto token = tx.find_actor_token(caller.instance_id, id);
    if (!token) return refuse(Code::resource_not_found);
    if (!revoked) return refuse(Code::token_not_revocable, {}, std::string(to_text(token->state)));
    tx.append(audit::event(AuditAction::actor_token_revoked, *token, now, caller));
    return *std::move(token);
  });
}

Result<ActorToken> ActorTokens::end(const Caller& caller, const ActorTokenId& id) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> Result<ActorToken> {
    bool changed = tx.revoke_if_pending(caller.instance_id, id, now);
    auto token = tx.find_actor_token(caller.instance_id, id);
    if (!token) return refuse(Code::resource_not_found);
    if (token->session_id) {
      changed = tx.close_if_alive(caller.instance_id, *token->session_id, SessionState::revoked,
                                  now, SessionState::active);
    }
    if (changed) tx.append(audit::event(AuditAction::actor_token_ended, *token, now, caller));
    return *std::move(token);
  });
}

Result<ActorToken> ActorTokens::find(const Caller& caller, const ActorTokenId& id) {
  return read_from(store_, [&](ReadTx& tx) -> Result<ActorToken> {
    auto token = tx.find_actor_token(caller.instance_id, id);
    if (!token) return refuse(Code::resource_not_found);
    return *std::move(token);
  });
}

Result<Listing<ActorToken>> ActorTokens::list(const Caller& caller, const ActorTokenFilter& filter,
                                              Page page) {
  return read_from(store_, [&](ReadTx& tx) {
    return Listing<ActorToken>{.items = tx.actor_tokens(caller.instance_id, filter, page),
                               .total = tx.count_actor_tokens(caller.instance_id, filter)};
  });
}

}  // namespace tenens
