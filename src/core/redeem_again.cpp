#include "core/redeem_again.hpp"

#include <algorithm>

#include "crypto/digest.hpp"

namespace tenens {
namespace {

// Longer than a failover takes, and too short for a nonce to become a second credential.
constexpr seconds kMayAskFor{120};

}  // namespace

Digest redeem_nonce_digest(const Secret& nonce, const Secret& ticket) {
  return crypto::sha256(std::string(ticket.expose()) + '\n' + std::string(nonce.expose()));
}

std::optional<HandedOutAgain> hand_out_again(WriteTx& tx, const Visitor& visitor,
                                             const SessionId& id, const Digest& nonce_digest,
                                             Random& random, const Settings& settings,
                                             Instant now) {
  const auto session = tx.find_session(visitor.instance_id, id);
  if (!session || !session->redeem_nonce_digest ||
      !crypto::equal(*session->redeem_nonce_digest, nonce_digest) ||
      now >= session->created_at + kMayAskFor) {
    return std::nullopt;
  }
  // A browser that is somebody else by now would lose that.
  if (const auto other = find_client(tx, visitor); other && other->id != session->client_id) {
    return std::nullopt;
  }
  auto client = tx.find_client(visitor.instance_id, session->client_id);
  if (!client) return std::nullopt;
  auto view = view_of(tx, *client, settings, now);
  const auto live = std::find_if(view.sessions.begin(), view.sessions.end(),
                                 [&](const LiveSession& found) { return found.session.id == id; });
  if (live == view.sessions.end()) return std::nullopt;
  std::rotate(view.sessions.begin(), live, live + 1);

  auto cookie = ClientCookie::mint(client->id, random);
  client->cookie_digest = ClientCookie::digest(cookie);
  client->updated_at = now;
  tx.update(*client);
  view.client = *client;
  return HandedOutAgain{*session, std::move(cookie), std::move(view)};
}

}  // namespace tenens
