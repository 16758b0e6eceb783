#include "core/restore_session.hpp"

#include "core/audit_events.hpp"
#include "core/session_rules.hpp"

namespace tenens {

void restore_session(WriteTx& tx, Client& client, const Visitor& visitor, const Settings& settings,
                     Instant now) {
  if (!client.restorable_session_id) return;
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

}  // namespace tenens
