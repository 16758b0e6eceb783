#include "core/user_sessions.hpp"

#include "core/audit_events.hpp"
#include "core/restore_session.hpp"

namespace tenens {
namespace {

constexpr Page kAllSessionsOfOneUser{.limit = 500};

struct Asking {
  ClientView view;
  LiveSession session;

  [[nodiscard]] bool may_see(const Session& other) const {
    return session.session.actor ? other.id == session.session.id
                                 : other.user_id == session.session.user_id;
  }
};

Result<Asking> who_asks(ReadTx& tx, const Visitor& visitor, const std::optional<SessionId>& named,
                        const Settings& settings, Instant now) {
  const auto client = find_client(tx, visitor);
  if (!client) return refuse(Code::signed_out);
  auto view = view_of(tx, *client, settings, now);
  const auto* session = session_that_asks(view, named);
  if (session == nullptr) return refuse(Code::signed_out);
  auto found = *session;
  return Asking{std::move(view), std::move(found)};
}

}  // namespace

Result<std::vector<Session>> UserSessions::list(const Visitor& visitor,
                                                const std::optional<SessionId>& asking) {
  const auto now = clock_.now();
  std::vector<Session> seen;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    const auto asks = who_asks(tx, visitor, asking, settings_, now);
    if (!asks) return tl::unexpected(asks.error());
    const SessionFilter alive{.user_id = asks->session.user.id, .alive_at = now};
    for (auto& session : tx.sessions(visitor.instance_id, alive, kAllSessionsOfOneUser)) {
      if (asks->may_see(session) && may_go_on(tx, session, settings_)) {
        seen.push_back(std::move(session));
      }
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return seen;
}

Result<RevokedSession> UserSessions::revoke(const Visitor& visitor,
                                            const std::optional<SessionId>& asking,
                                            const SessionId& id) {
  const auto now = clock_.now();
  std::optional<RevokedSession> revoked;
  const auto committed = store_.write([&](WriteTx& tx) -> Done {
    auto asks = who_asks(tx, visitor, asking, settings_, now);
    if (!asks) return tl::unexpected(asks.error());
    const auto found = tx.find_session(visitor.instance_id, id);
    if (!found || !asks->may_see(*found)) return refuse(Code::session_not_found, id.text);
    const bool closed = close_session(tx, *found, SessionState::revoked, settings_, now);
    auto session = tx.find_session(visitor.instance_id, id);
    if (closed) tx.append(audit::event(AuditAction::session_revoked, *session, now, visitor));
    revoked = {{*std::move(session), asks->session.user},
               view_of(tx, asks->view.client, settings_, now)};
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  return *std::move(revoked);
}

}  // namespace tenens
