// Everything a route may ask for, in one place.
#pragma once

#include "core/actor_tokens.hpp"
#include "core/audit_checkpoints.hpp"
#include "core/audit_events.hpp"
#include "core/sessions.hpp"
#include "core/sign_in_tokens.hpp"
#include "core/sign_ins.hpp"
#include "core/user_sessions.hpp"
#include "core/users.hpp"

namespace tenens {

class Services {
 public:
  /// JWTs are signed on `signing_threads`; null: where they are wanted.
  Services(Store& store, const Clock& wall_clock, Random& random_source, const Keyring& keys,
           Settings chosen, tasks::WorkerPool* signing_threads = nullptr)
      : settings(std::move(chosen)),
        clock(wall_clock),
        random(random_source),
        keyring(keys),
        signers(signing_threads),
        ids(wall_clock, random_source),
        tickets(keyring, settings),
        actor_tokens(store, clock, ids, tickets, settings),
        sign_in_tokens(store, clock, ids, tickets, settings),
        sign_ins(store, clock, ids, random, tickets, settings),
        sessions(store, clock, ids, keyring, settings, signers),
        user_sessions(store, clock, settings),
        users(store, clock, ids, settings),
        audit_events(store),
        audit_checkpoints(store, clock, keyring),
        store_(store) {}

  /// Failures: unavailable, of a database that does not answer.
  [[nodiscard]] Done health() { return store_.check(); }

  const Settings settings;
  const Clock& clock;
  Random& random;
  const Keyring& keyring;
  tasks::WorkerPool* const signers;
  IdMint ids;
  Tickets tickets;
  ActorTokens actor_tokens;
  SignInTokens sign_in_tokens;
  SignIns sign_ins;
  Sessions sessions;
  UserSessions user_sessions;
  Users users;
  AuditEvents audit_events;
  AuditCheckpoints audit_checkpoints;

 private:
  Store& store_;
};

}  // namespace tenens
