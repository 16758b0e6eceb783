#include "core/restore_session.hpp"

#include <algorithm>

#include "core/audit_events.hpp"
#include "core/session_rules.hpp"

namespace tenens {
namespace {

bool is_impersonating(ReadTx& tx, const Client& client, const Settings& settings, Instant now) {
  const auto view = view_of(tx, client, settings, now);
  return std::any_of(view.sessions.begin(), view.sessions.end(),
                     [](const auto& one) { return one.session.actor.has_value(); });
}

bool may_come_back(ReadTx& tx, const Session& session, const Settings& settings) {
  if (!settings.restore_session || session.actor) return false;
  const auto client = tx.find_client(session.instance_id, session.client_id);
  return client && client->restorable_session_id == session.id;
}

/// As it would be, were it active.
bool would_go_on(ReadTx& tx, Session session, const Settings& settings, Instant now) {
  session.state = SessionState::active;
  return is_alive(session, now) && may_go_on(tx, session, settings);
}

}  // namespace

void restore_session(WriteTx& tx, Client& client, const Visitor& visitor, const Settings& settings,
                     Instant now) {
  if (!client.restorable_session_id || is_impersonating(tx, client, settings, now)) return;
  const auto id = *client.restorable_session_id;
  client.restorable_session_id.reset();
  client.updated_at = now;

  auto session = tx.find_session(client.instance_id, id);
  const bool own = session && session->client_id == client.id && !session->actor;
  if (own && settings.restore_session && session->state == SessionState::replaced) {
    if (would_go_on(tx, *session, settings, now) &&
        tx.reopen_if_replaced(client.instance_id, id, now)) {
      client.last_active_session_id = id;
      tx.append(audit::event(AuditAction::session_restored, *session, now, visitor));
    }
  }
  tx.update(client);
}

bool is_away(ReadTx& tx, const Session& session, const Settings& settings, Instant now) {
  return session.state == SessionState::replaced && may_come_back(tx, session, settings) &&
         would_go_on(tx, session, settings, now);
}

std::vector<Session> open_sessions(ReadTx& tx, const InstanceId& instance, SessionFilter whose,
                                   const Settings& settings, Instant now) {
  // Ids are ordered by time: that bounds the scan of a table that has no index on users on purpose.
  whose.first_id = first_id_at<kind::Session>(now - settings.longest_session());
  auto alive = whose;
  alive.alive_at = now;
  auto open = tx.sessions(instance, alive, kEverything);
  if (!settings.restore_session || whose.actor_sub) return open;  // only one's own comes back
  auto replaced = std::move(whose);
  replaced.state = SessionState::replaced;
  for (auto& session : tx.sessions(instance, replaced, kEverything)) {
    open.push_back(std::move(session));
  }
  return open;
}

bool close_session(WriteTx& tx, const Session& session, SessionState to, const Settings& settings,
                   Instant now) {
  // Which of the two it is, the row says: it may come back just now.
  const auto or_from =
      may_come_back(tx, session, settings) ? SessionState::replaced : SessionState::active;
  return tx.close_if_alive(session.instance_id, session.id, to, now, or_from);
}

void replace_sessions(WriteTx& tx, const std::vector<Session>& sessions, const Visitor& by,
                      Instant now) {
  for (const auto& session : sessions) {
    if (tx.close_if_alive(session.instance_id, session.id, SessionState::replaced, now,
                          SessionState::active)) {
      tx.append(audit::event(AuditAction::session_replaced, session, now, by));
    }
  }
}

}  // namespace tenens
