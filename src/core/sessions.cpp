#include "core/sessions.hpp"

#include "core/audit_events.hpp"
#include "core/restore_session.hpp"
#include "core/transact.hpp"
#include "crypto/jwt.hpp"
#include "wire/claims.hpp"

namespace tenens {
namespace {

// Verifiers' clocks may be behind ours; Clerk backdates by as much.
constexpr seconds kNotBeforeSlack{10};
/// Activity closer together than this is one activity: it saves a durable write per poll and
/// shortens the idle limit by no more than itself.
milliseconds touch_granularity(const Session& session) {
  return std::min(milliseconds(seconds(5)), milliseconds(session.idle_limit) / 10);
}

SessionFilter to_filter(const SessionQuery& query, Instant now) {
  SessionFilter filter{
      .user_id = query.user_id, .client_id = query.client_id, .actor_sub = query.actor_sub};
  if (!query.status) return filter;
  switch (*query.status) {
    case SessionStatus::active: filter.alive_at = now; break;
    case SessionStatus::expired: filter.expired_at = now; break;
    case SessionStatus::abandoned: filter.abandoned_at = now; break;
    case SessionStatus::revoked: filter.state = SessionState::revoked; break;
    case SessionStatus::ended: filter.state = SessionState::ended; break;
    case SessionStatus::removed: filter.state = SessionState::removed; break;
    case SessionStatus::replaced: filter.state = SessionState::replaced; break;
  }
  return filter;
}

/// The session, if the visitor's cookie proves the client it belongs to.
struct OwnSession {
  Client client;
  Session session;
};

Result<OwnSession> own_session(ReadTx& tx, const Visitor& visitor, const SessionId& id) {
  const auto client = find_client(tx, visitor);
  if (!client) return refuse(Code::signed_out);
  const auto session = tx.find_session(visitor.instance_id, id);
  if (!session) return refuse(Code::session_not_found, id.text);
  if (session->client_id != client->id) return refuse(Code::session_not_of_client, id.text);
  return OwnSession{*client, *session};
}

/// A browser learns one thing about a session that cannot go on: signed out.
Result<OwnSession> live_session(ReadTx& tx, const Visitor& visitor, const SessionId& id,
                                const Settings& settings, Instant now) {
  auto own = own_session(tx, visitor, id);
  if (!own) return own;
  if (!is_alive(own->session, now) || !may_go_on(tx, own->session, settings)) {
    return refuse(Code::signed_out);
  }
  return own;
}

}  // namespace

std::string Sessions::jwt(const Session& session, const std::string& origin,
                          std::optional<seconds> life) const {
  const auto now = clock_.now();
  const auto issued = to_unix_seconds(now);
  const auto age = std::chrono::floor<std::chrono::minutes>(now - session.created_at).count();
  // A token must not outlive its session.
  const auto end = std::min(issued + life.value_or(settings_.session_token_life).count(),
                            to_unix_seconds(session.expire_at));
  const wire::SessionClaims claims{.azp = origin,
                                   .act_json = session.actor ? session.actor->payload.text : "",
                                   .iss = settings_.issuer(),
                                   .jti = ids_.make<TokenUseId>().text,
                                   .sid = session.id.text,
                                   .sub = session.user_id.text,
                                   .exp = end,
                                   .iat = issued,
                                   .nbf = issued - kNotBeforeSlack.count(),
                                   .factor_age_minutes = age};
  const auto signer = keyring_.signer(session.instance_id, now);
  return tasks::run_on(signers_, [&, payload = wire::to_json(claims)] {
    return crypto::sign_session_jwt(signer->key, signer->kid, payload);
  });
}

Result<Session> Sessions::find(const Caller& caller, const SessionId& id) {
  return read_from(store_, [&](ReadTx& tx) -> Result<Session> {
    auto session = tx.find_session(caller.instance_id, id);
    if (!session) return refuse(Code::session_not_found, id.text);
    return *std::move(session);
  });
}

Result<Listing<Session>> Sessions::list(const Caller& caller, const SessionQuery& query,
                                        Page page) {
  const auto filter = to_filter(query, clock_.now());
  return read_from(store_, [&](ReadTx& tx) {
    return Listing<Session>{.items = tx.sessions(caller.instance_id, filter, page),
                            .total = tx.count_sessions(caller.instance_id, filter)};
  });
}

Result<Session> Sessions::create(const Caller& caller, const UserId& user_id) {
  const auto now = clock_.now();
  const Session session{.id = ids_.make<SessionId>(),
                        .instance_id = caller.instance_id,
                        .user_id = user_id,
                        .client_id = ids_.make<ClientId>(),
                        .last_active_at = now,
                        .expire_at = now + settings_.own_session_life,
                        .idle_limit = settings_.own_session_life,  // it does not go idle
                        .created_at = now,
                        .updated_at = now};
  // Its cookie's digest is the one that no cookie has: only back ends reach this session.
  const Client client{.id = session.client_id,
                      .instance_id = caller.instance_id,
                      .last_active_session_id = session.id,
                      .created_at = now,
                      .updated_at = now};
  const auto committed = store_.write([&](WriteTx& tx) -> Done {
    const auto standing = tx.standing(caller.instance_id, user_id);
    if (standing == Standing::banned) return refuse(Code::user_banned, user_id.text);
    if (standing != Standing::usable) return refuse(Code::user_not_found, user_id.text);
    tx.insert(client);
    tx.insert(session);
    tx.append(audit::event(AuditAction::session_created, session, now, caller));
    return {};
  });
  if (!committed) return tl::unexpected(committed.error());
  return session;
}

Result<Session> Sessions::revoke(const Caller& caller, const SessionId& id) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> Result<Session> {
    const auto found = tx.find_session(caller.instance_id, id);
    if (!found) return refuse(Code::session_not_found, id.text);
    const bool closed = close_session(tx, *found, SessionState::revoked, settings_, now);
    auto session = tx.find_session(caller.instance_id, id);
    if (!session) return refuse(Code::session_not_found, id.text);  // another node has removed it
    if (closed) tx.append(audit::event(AuditAction::session_revoked, *session, now, caller));
    return *std::move(session);
  });
}

Result<std::string> Sessions::create_token(const Caller& caller, const SessionId& id,
                                           std::optional<seconds> life, const std::string& origin) {
  const auto now = clock_.now();
  const auto session = read_from(store_, [&](ReadTx& tx) -> Result<Session> {
    auto found = tx.find_session(caller.instance_id, id);
    if (!found) return refuse(Code::session_not_found, id.text);
    if (!is_alive(*found, now) || !may_go_on(tx, *found, settings_)) {
      return refuse(Code::signed_out);
    }
    return *std::move(found);
  });
  if (!session) return tl::unexpected(session.error());
  return jwt(*session, origin, life);
}

Result<std::optional<ClientView>> Sessions::client(const Visitor& visitor) {
  const auto now = clock_.now();
  auto seen = read_from(store_, [&](ReadTx& tx) -> std::optional<ClientView> {
    const auto client = find_client(tx, visitor);
    if (!client) return std::nullopt;
    return view_of(tx, *client, settings_, now);
  });
  if (!seen || !*seen) return seen;
  const auto& view = **seen;
  if (!view.sessions.empty() || !view.client.restorable_session_id) return seen;

  // The impersonation has run out, or a back end has ended it.
  return write_to(store_, [&](WriteTx& tx) -> std::optional<ClientView> {
    auto client = find_client(tx, visitor);
    if (!client) return view;
    restore_session(tx, *client, visitor, settings_, now);
    return view_of(tx, *client, settings_, now);
  });
}

Result<ClientView> Sessions::touch(const Visitor& visitor, const SessionId& id) {
  return write_to(store_, [&](WriteTx& tx) -> Result<ClientView> {
    const auto now = clock_.now();
    auto live = live_session(tx, visitor, id, settings_, now);
    if (!live) return tl::unexpected(live.error());
    if (!tx.touch(visitor.instance_id, id, now)) return refuse(Code::signed_out);
    live->client.last_active_session_id = id;
    live->client.updated_at = now;
    tx.update(live->client);
    return view_of(tx, live->client, settings_, now);
  });
}

Result<std::string> Sessions::token(const Visitor& visitor, const SessionId& id) {
  const auto now = clock_.now();
  const auto live =
      read_from(store_, [&](ReadTx& tx) { return live_session(tx, visitor, id, settings_, now); });
  if (!live) return tl::unexpected(live.error());
  const auto& session = live->session;

  if (now - session.last_active_at >= touch_granularity(session)) {
    const auto committed = store_.write([&](WriteTx& tx) -> Done {
      // It may have been ended, or have run out, while this waited for the disk.
      if (!tx.touch(visitor.instance_id, id, clock_.now())) return refuse(Code::signed_out);
      return {};
    });
    if (!committed) return tl::unexpected(committed.error());
  }
  return jwt(session, visitor.origin);
}

Result<ClientView> Sessions::close(const Visitor& visitor, const SessionId& id, SessionState to) {
  const auto now = clock_.now();
  const auto action =
      to == SessionState::removed ? AuditAction::session_removed : AuditAction::session_ended;
  return write_to(store_, [&](WriteTx& tx) -> Result<ClientView> {
    auto own = own_session(tx, visitor, id);
    if (!own) return tl::unexpected(own.error());
    // What has run out is over, and its record says since when.
    const auto status = status_at(own->session, now);
    const bool ran_out = status == SessionStatus::expired || status == SessionStatus::abandoned;
    if (!ran_out) {
      if (!close_session(tx, own->session, to, settings_, now)) {
        return refuse(Code::invalid_session_action, id.text,
                      to == SessionState::removed ? "remove" : "end");
      }
      tx.append(audit::event(action, own->session, now, visitor));
    }
    if (own->session.actor) restore_session(tx, own->client, visitor, settings_, now);
    return view_of(tx, own->client, settings_, now);
  });
}

Result<std::optional<ClientView>> Sessions::remove_all(const Visitor& visitor) {
  const auto now = clock_.now();
  return write_to(store_, [&](WriteTx& tx) -> std::optional<ClientView> {
    auto client = find_client(tx, visitor);
    if (!client) return std::nullopt;
    for (const auto& session : sessions_in(tx, *client, now)) {
      const bool closed = close_session(tx, session, SessionState::removed, settings_, now);
      if (closed) tx.append(audit::event(AuditAction::session_removed, session, now, visitor));
    }
    // Also of an impersonation that had run out: who signs out of that wants to be back.
    restore_session(tx, *client, visitor, settings_, now);
    return view_of(tx, *client, settings_, now);
  });
}

}  // namespace tenens
