// One browser and what it is signed in to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/caller.hpp"
#include "core/settings.hpp"
#include "core/store.hpp"

namespace tenens {

/// A session with the people in it, as a browser may see it.
struct LiveSession {
  Session session;
  User user;
};

struct ClientView {
  Client client;
  std::vector<LiveSession> sessions;  // alive ones only, newest first
};

/// The cookie's value is `<client id>.<43 random characters>`; the store has only its digest.
struct ClientCookie {
  [[nodiscard]] static Secret mint(const ClientId& id, Random& random);
  [[nodiscard]] static Digest digest(const Secret& cookie);
};

/// The client that the visitor's cookie proves, if it proves one.
[[nodiscard]] std::optional<Client> find_client(ReadTx& tx, const Visitor& visitor);
/// The sessions in this browser that have neither ended nor run out, newest first; some of them may
/// not go on.
[[nodiscard]] std::vector<Session> sessions_in(ReadTx& tx, const Client& client, Instant now);
/// Whether both, the session's user and the one who acts, still may: a session is no more than the
/// right to it, at every refresh.
[[nodiscard]] bool may_go_on(ReadTx& tx, const Session& session, const Settings& settings);
/// The session's user, if it may go on.
[[nodiscard]] std::optional<User> usable_user(ReadTx& tx, const Session& session,
                                              const Settings& settings);
/// The session that a request of this browser names, or the one in front; null if there is none.
[[nodiscard]] const LiveSession* session_that_asks(const ClientView& view,
                                                   const std::optional<SessionId>& named);
[[nodiscard]] ClientView view_of(ReadTx& tx, const Client& client, const Settings& settings,
                                 Instant now);

}  // namespace tenens
