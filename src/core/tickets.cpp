#include "core/tickets.hpp"

#include "crypto/digest.hpp"
#include "crypto/jwt.hpp"
#include "wire/claims.hpp"

namespace tenens {
namespace {

// Clerk's names for the kinds of tickets; one of another kind is not one of ours.
constexpr std::string_view kActorToken = "actor_token";
constexpr std::string_view kSignInToken = "sign_in_token";

std::optional<TicketSource> source_of(const wire::TicketClaims& claims) {
  if (claims.st == kActorToken) return ActorTokenId{claims.sid};
  if (claims.st == kSignInToken) return SignInTokenId{claims.sid};
  return std::nullopt;
}

}  // namespace

template <class Token>
Secret Tickets::mint_for(const Token& token, std::string_view source_type) const {
  const wire::TicketClaims claims{.eis = token.expires_in.count(),
                                  .exp = to_unix_seconds(token.expires_at),
                                  .iid = token.instance_id.text,
                                  .sid = token.id.text,
                                  .st = std::string(source_type)};
  const auto& instance = *keyring_.find_instance(token.instance_id);
  return crypto::sign_ticket(instance.ticket_key, wire::to_json(claims));
}

Secret Tickets::mint(const ActorToken& token) const {
  return mint_for(token, kActorToken);
}

Secret Tickets::mint(const SignInToken& token) const {
  return mint_for(token, kSignInToken);
}

Secret Tickets::url(const Secret& ticket) const {
  constexpr std::string_view kPath = "/v1/tickets/accept?ticket=";
  std::string url;
  url.reserve(settings_.public_url.size() + kPath.size() + ticket.expose().size());
  url.append(settings_.public_url).append(kPath).append(ticket.expose());
  return url;
}

Digest Tickets::digest(const Secret& ticket) {
  return crypto::sha256(ticket.expose());
}

Result<TicketReference> Tickets::verify(const Secret& ticket, const InstanceId& instance_id,
                                        Instant now) const {
  const auto* instance = keyring_.find_instance(instance_id);
  if (instance == nullptr) return refuse(Code::ticket_invalid);
  const auto payload = crypto::verify_ticket(instance->ticket_key, ticket.expose());
  if (!payload) return refuse(Code::ticket_invalid);
  const auto claims = wire::parse_ticket_claims(*payload);
  if (!claims || claims->iid != instance_id.text) return refuse(Code::ticket_invalid);
  const auto source = source_of(*claims);
  if (!source) return refuse(Code::ticket_invalid);
  if (to_unix_seconds(now) >= claims->exp) {
    return refuse(Code::ticket_expired, claims->sid);
  }
  return TicketReference{*source, digest(ticket)};
}

}  // namespace tenens
