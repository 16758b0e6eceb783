#include "core/user_sessions.hpp"

#include "core/audit_events.hpp"
#include "core/restore_session.hpp"
#include "core/transact.hpp"
#include "wire/json.hpp"

namespace tenens {
namespace {

struct Asking {
  Client client;
  LiveSession by;

  [[nodiscard]] const Session& session() const { return by.session; }
  [[nodiscard]] bool may_see(const Session& other) const {
    return session().actor ? other.id == session().id : other.user_id == session().user_id;
  }
};

Result<Asking> who_asks(ReadTx& tx, const Visitor& visitor, const std::optional<SessionId>& named,
                        const Settings& settings, Instant now) {
  auto client = find_client(tx, visitor);
  if (!client) return refuse(Code::signed_out);
  const auto view = view_of(tx, *client, settings, now);
  const auto* by = session_that_asks(view, named);
  if (by == nullptr) return refuse(Code::signed_out);
  return Asking{*std::move(client), *by};
}

/// What a back end may have noted in the actor beside its `sub` is not for the user.
void keep_sub_alone(Session& session) {
  if (!session.actor) return;
  auto& actor = *session.actor;
  actor.payload.text = wire::Writer().begin_object().member("sub", actor.sub).end_object().take();
}

/// Those that go on, and then those that are away.
std::vector<Session> sessions_of(ReadTx& tx, const InstanceId& instance, const UserId& user,
                                 const Settings& settings, Instant now) {
  auto sessions = open_sessions(tx, instance, {.user_id = user}, settings, now);
  std::erase_if(sessions, [&](const Session& one) {
    const bool goes_on = one.state == SessionState::replaced ? is_away(tx, one, settings, now)
                                                             : may_go_on(tx, one, settings);
    return !goes_on;
  });
  return sessions;
}

}  // namespace

Result<std::vector<Session>> UserSessions::list(const Visitor& visitor,
                                                const std::optional<SessionId>& asking) {
  const auto now = clock_.now();
  auto seen = read_from(store_, [&](ReadTx& tx) -> Result<std::vector<Session>> {
    const auto asks = who_asks(tx, visitor, asking, settings_, now);
    if (!asks) return tl::unexpected(asks.error());
    if (asks->session().actor) return std::vector{asks->session()};
    return sessions_of(tx, visitor.instance_id, asks->session().user_id, settings_, now);
  });
  if (!seen) return seen;
  for (auto& session : *seen) keep_sub_alone(session);
  return seen;
}

Result<RevokedSession> UserSessions::revoke(const Visitor& visitor,
                                            const std::optional<SessionId>& asking,
                                            const SessionId& id) {
  const auto now = clock_.now();
  auto revoked = write_to(store_, [&](WriteTx& tx) -> Result<RevokedSession> {
    auto asks = who_asks(tx, visitor, asking, settings_, now);
    if (!asks) return tl::unexpected(asks.error());
    const auto found = tx.find_session(visitor.instance_id, id);
    if (!found || !asks->may_see(*found)) return refuse(Code::session_not_found, id.text);
    const bool is_here = found->client_id == asks->client.id;
    if (close_session(tx, *found, SessionState::revoked, settings_, now)) {
      // In one's own browser it is a sign-out, and nobody else's doing.
      auto event =
          audit::event(is_here ? AuditAction::session_ended : AuditAction::session_revoked_by_user,
                       *found, now, visitor);
      if (!is_here) event.code = asks->session().id.text;
      tx.append(std::move(event));
    }
    if (is_here && found->actor) restore_session(tx, asks->client, visitor, settings_, now);
    auto session = tx.find_session(visitor.instance_id, id);
    if (!session) return refuse(Code::session_not_found, id.text);  // another node has removed it
    return RevokedSession{*std::move(session), std::move(asks->by.user),
                          view_of(tx, asks->client, settings_, now)};
  });
  if (revoked) keep_sub_alone(revoked->session);
  return revoked;
}

}  // namespace tenens
