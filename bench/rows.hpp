// The rows that create and redeem write, as wide as the server's own.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/ids.hpp"
#include "core/store.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace tenens::bench {

class Rows {
 public:
  /// `user_id` and `instance_id` need not exist: no row refers to another by a constraint.
  Rows(const Clock& clock, InstanceId instance_id, UserId user_id)
      : clock_(clock),
        ids_(clock, random_),
        instance_(std::move(instance_id)),
        user_(std::move(user_id)),
        key_(ids_.make<SecretKeyId>()) {}

  [[nodiscard]] const InstanceId& instance_id() const { return instance_; }

  ActorToken create(WriteTx& tx) {
    const auto now = clock_.now();
    const ActorToken token{.id = ids_.make<ActorTokenId>(),
                           .instance_id = instance_,
                           .user_id = user_,
                           .actor = {"user_support", {R"({"sub":"user_support"})"}},
                           .ticket_digest = crypto::sha256(std::to_string(++count_)),
                           .expires_in = seconds(3600),
                           .expires_at = now + seconds(3600),
                           .session_max_duration = seconds(1800),
                           .session_id = {},
                           .reason = {},
                           .created_at = now,
                           .updated_at = now};
    tx.insert(token);
    append(tx, AuditAction::actor_token_created, token, std::nullopt);
    return token;
  }

  /// False if the token was not pending.
  bool redeem(WriteTx& tx, const ActorToken& token) {
    const auto now = clock_.now();
    const Client client{.id = ids_.make<ClientId>(),
                        .instance_id = instance_,
                        .cookie_digest = token.ticket_digest,
                        .last_active_session_id = {},
                        .created_at = now,
                        .updated_at = now};
    const Session session{.id = ids_.make<SessionId>(),
                          .instance_id = instance_,
                          .user_id = token.user_id,
                          .client_id = client.id,
                          .actor = token.actor,
                          .actor_token_id = token.id,
                          .last_active_at = now,
                          .expire_at = now + token.session_max_duration,
                          .idle_limit = token.session_max_duration,  // not while a bench runs
                          .created_at = now,
                          .updated_at = now};
    if (!tx.accept_if_pending(instance_, token.id, session.id, now)) return false;
    tx.insert(client);
    tx.insert(session);
    append(tx, AuditAction::actor_token_redeemed, token, session.id);
    return true;
  }

 private:
  void append(WriteTx& tx, AuditAction action, const ActorToken& token,
              std::optional<SessionId> session) const {
    AuditEvent event;
    event.instance_id = instance_;
    event.at = clock_.now();
    event.action = action;
    if (action == AuditAction::actor_token_created) event.key_id = key_;
    event.actor = token.actor;
    event.user_id = token.user_id;
    event.actor_token_id = token.id;
    event.session_id = std::move(session);
    event.address = "127.0.0.1";
    tx.append(event);
  }

  const Clock& clock_;
  crypto::SystemRandom random_;
  IdMint ids_;
  InstanceId instance_;
  UserId user_;
  SecretKeyId key_;
  std::uint64_t count_ = 0;
};

}  // namespace tenens::bench
