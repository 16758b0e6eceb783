// The ticket: a small JWT that names an actor token or a sign-in token and proves that this server
// minted it. What it is good for stands in the store alone.
#pragma once

#include <variant>

#include "base/result.hpp"
#include "core/keyring.hpp"
#include "core/settings.hpp"

namespace tenens {

using TicketSource = std::variant<ActorTokenId, SignInTokenId>;

struct TicketReference {
  TicketSource source;
  Digest digest;  // of the whole ticket, to be compared with the record's
};

class Tickets {
 public:
  Tickets(const Keyring& keyring, const Settings& settings)
      : keyring_(keyring), settings_(settings) {}

  /// The same record always gives the same ticket, so a repeated create can be answered without the
  /// ticket being stored.
  [[nodiscard]] Secret mint(const ActorToken& token) const;
  [[nodiscard]] Secret mint(const SignInToken& token) const;
  /// The link that carries it.
  [[nodiscard]] Secret url(const Secret& ticket) const;
  [[nodiscard]] static Digest digest(const Secret& ticket);

  /// Failures: ticket_invalid (forged, foreign, of another kind), ticket_expired (param: the id).
  [[nodiscard]] Result<TicketReference> verify(const Secret& ticket, const InstanceId& instance_id,
                                               Instant now) const;

 private:
  template <class Token>
  [[nodiscard]] Secret mint_for(const Token& token, std::string_view source_type) const;

  const Keyring& keyring_;
  const Settings& settings_;
};

}  // namespace tenens
