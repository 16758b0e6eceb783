#include "core/clients.hpp"

#include "core/policy.hpp"
#include "core/session_rules.hpp"
#include "crypto/digest.hpp"

namespace tenens {
namespace {

bool may_go_on(ReadTx& tx, const Session& session, Standing subject, const Settings& settings) {
  if (!session.actor) return subject == Standing::usable;
  const auto verdict =
      may_impersonate({.subject = subject,
                       .subject_id = session.user_id,
                       .acting_user = tx.standing(session.instance_id, UserId{session.actor->sub}),
                       .actor = *session.actor},
                      settings);
  return verdict.has_value();
}

}  // namespace

Secret ClientCookie::mint(const ClientId& id, Random& random) {
  return id.text + "." + random_base64url(random, 32);
}

Digest ClientCookie::digest(const Secret& cookie) {
  return crypto::sha256(cookie.expose());
}

std::optional<Client> find_client(ReadTx& tx, const Visitor& visitor) {
  if (!visitor.client_cookie) return std::nullopt;
  const auto cookie = visitor.client_cookie->expose();
  const ClientId id{std::string(cookie.substr(0, cookie.find('.')))};
  auto client = tx.find_client(visitor.instance_id, id);
  if (!client ||
      !crypto::equal(client->cookie_digest, ClientCookie::digest(*visitor.client_cookie))) {
    return std::nullopt;
  }
  return client;
}

std::vector<Session> sessions_in(ReadTx& tx, const Client& client, Instant now) {
  const SessionFilter alive{.client_id = client.id, .alive_at = now};
  return tx.sessions(client.instance_id, alive, kEverything);
}

ClientView view_of(ReadTx& tx, const Client& client, const Settings& settings, Instant now) {
  ClientView view{.client = client, .sessions = {}};
  for (auto& session : sessions_in(tx, client, now)) {
    auto user = usable_user(tx, session, settings);
    if (user) view.sessions.push_back({std::move(session), *std::move(user)});
  }
  return view;
}

const LiveSession* session_that_asks(const ClientView& view,
                                     const std::optional<SessionId>& named) {
  const auto& wanted = named ? named : view.client.last_active_session_id;
  for (const auto& live : view.sessions) {
    if (live.session.id == wanted) return &live;
  }
  return named || view.sessions.empty() ? nullptr : &view.sessions.front();
}

bool may_go_on(ReadTx& tx, const Session& session, const Settings& settings) {
  const auto subject = tx.standing(session.instance_id, session.user_id);
  return may_go_on(tx, session, subject, settings);
}

std::optional<User> usable_user(ReadTx& tx, const Session& session, const Settings& settings) {
  auto user = tx.find_user(session.instance_id, session.user_id);
  if (!user || !may_go_on(tx, session, standing_of(*user), settings)) return std::nullopt;
  return user;
}

}  // namespace tenens
