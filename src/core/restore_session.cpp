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
    session->state = SessionState::active;  // as it would be
    if (is_alive(*session, now) && may_go_on(tx, *session, settings) &&
        tx.reopen_if_replaced(client.instance_id, id, now)) {
      client.last_active_session_id = id;
      tx.append(audit::event(AuditAction::session_restored, *session, now, visitor));
    }
  }
  tx.update(client);
}

bool is_away(ReadTx& tx, const Session& session, const Settings& settings, Instant now) {
  if (session.state != SessionState::replaced || !may_come_back(tx, session, settings))
    return false;
  auto back = session;
  back.state = SessionState::active;
  return is_alive(back, now) && may_go_on(tx, back, settings);
}

bool close_session(WriteTx& tx, const Session& session, SessionState to, const Settings& settings,
                   Instant now) {
  // Which of the two it is, the row says: it may come back just now.
  const auto or_from =
      may_come_back(tx, session, settings) ? SessionState::replaced : SessionState::active;
  return tx.close_if_alive(session.instance_id, session.id, to, now, or_from);
}

}  // namespace tenens
