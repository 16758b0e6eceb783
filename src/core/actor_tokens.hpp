// Actor tokens: minted, revoked, ended, listed.
#pragma once

#include <optional>

#include "core/caller.hpp"
#include "core/store.hpp"
#include "core/tickets.hpp"

namespace tenens {

struct NewActorToken {
  UserId user_id;  // who is to be impersonated
  Actor actor;     // who acts
  std::optional<std::int64_t> expires_in_seconds = {};
  std::optional<std::int64_t> session_max_duration_in_seconds = {};
  std::optional<std::string> reason = {};
};

/// Midnight UTC of the first day of the month: from there on a monthly limit counts.
[[nodiscard]] Instant month_start(Instant now);

struct MintedToken {
  ActorToken record;
  Secret ticket;
  Secret url;
};

class ActorTokens {
 public:
  ActorTokens(Store& store, const Clock& clock, IdMint& ids, const Tickets& tickets,
              const Settings& settings)
      : store_(store), clock_(clock), ids_(ids), tickets_(tickets), settings_(settings) {}

  /// Failures: param_invalid (a duration out of range), user_not_found, user_banned,
  /// user_protected, actor_banned, actor_removed, impersonating_oneself, impersonation_disabled,
  /// impersonation_limit, idempotency_conflict, and the store's.
  [[nodiscard]] Result<MintedToken> create(const Caller& caller, NewActorToken wanted,
                                           const std::optional<Idempotency>& idempotency);

  /// Only while pending. Failures: resource_not_found, token_not_revocable, and the store's.
  [[nodiscard]] Result<ActorToken> revoke(const Caller& caller, const ActorTokenId& id);

  /// In every state, as often as one likes: revokes a pending token, closes the session of an
  /// accepted one. Failures: resource_not_found, and the store's.
  [[nodiscard]] Result<ActorToken> end(const Caller& caller, const ActorTokenId& id);

  [[nodiscard]] Result<ActorToken> find(const Caller& caller, const ActorTokenId& id);
  [[nodiscard]] Result<Listing<ActorToken>> list(const Caller& caller,
                                                 const ActorTokenFilter& filter, Page page);

 private:
  [[nodiscard]] Result<MintedToken> draft(const Caller& caller, NewActorToken wanted, Instant now);
  [[nodiscard]] Done may_create(ReadTx& tx, const ActorToken& token) const;
  [[nodiscard]] MintedToken minted(ActorToken record) const;

  Store& store_;
  const Clock& clock_;
  IdMint& ids_;
  const Tickets& tickets_;
  const Settings& settings_;
};

}  // namespace tenens
