// Sessions: read, kept alive, turned into JWTs, closed.
#pragma once

#include <optional>
#include <string>

#include "core/clients.hpp"
#include "core/keyring.hpp"
#include "core/session_rules.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens {

struct SessionQuery {
  std::optional<UserId> user_id = {};
  std::optional<ClientId> client_id = {};
  std::optional<std::string> actor_sub = {};
  std::optional<SessionStatus> status = {};
};

class Sessions {
 public:
  Sessions(Store& store, const Clock& clock, IdMint& ids, const Keyring& keyring,
           const Settings& settings, tasks::WorkerPool* signers)
      : store_(store),
        clock_(clock),
        ids_(ids),
        keyring_(keyring),
        settings_(settings),
        signers_(signers) {}

  // For back ends. Failures: session_not_found, and the store's.
  [[nodiscard]] Result<Session> find(const Caller& caller, const SessionId& id);
  [[nodiscard]] Result<Listing<Session>> list(const Caller& caller, const SessionQuery& query,
                                              Page page);
  /// The user's own session, in a browser that nobody has: for tests of back ends. Failures:
  /// user_not_found, user_banned, and the store's.
  [[nodiscard]] Result<Session> create(const Caller& caller, const UserId& user_id);
  /// Idempotent for a session that is over.
  [[nodiscard]] Result<Session> revoke(const Caller& caller, const SessionId& id);
  /// A signed session JWT, for pages of `origin` if there is one. Failures also: signed_out for a
  /// session that is over.
  [[nodiscard]] Result<std::string> create_token(const Caller& caller, const SessionId& id,
                                                 std::optional<seconds> life,
                                                 const std::string& origin = {});

  // For browsers. Failures: signed_out, session_not_found, session_not_of_client, and the store's.
  /// Nothing for a browser that is no client yet. Where the impersonation is over, this is where
  /// the session that it replaced comes back.
  [[nodiscard]] Result<std::optional<ClientView>> client(const Visitor& visitor);
  /// Counts as activity.
  [[nodiscard]] Result<ClientView> touch(const Visitor& visitor, const SessionId& id);
  /// A signed session JWT. Counts as activity.
  [[nodiscard]] Result<std::string> token(const Visitor& visitor, const SessionId& id);
  /// `to` is ended or removed. What an impersonation had replaced is part of the view again.
  /// Failures also: invalid_session_action for a session that is over.
  [[nodiscard]] Result<ClientView> close(const Visitor& visitor, const SessionId& id,
                                         SessionState to);
  /// Removes all of the client's sessions; what an impersonation had replaced comes back. Nothing
  /// for a browser that is no client.
  [[nodiscard]] Result<std::optional<ClientView>> remove_all(const Visitor& visitor);

  /// Signs; decides nothing. Call it after the commit.
  [[nodiscard]] std::string jwt(const Session& session, const std::string& origin,
                                std::optional<seconds> life = std::nullopt) const;

 private:
  Store& store_;
  const Clock& clock_;
  IdMint& ids_;
  const Keyring& keyring_;
  const Settings& settings_;
  tasks::WorkerPool* const signers_;
};

}  // namespace tenens
