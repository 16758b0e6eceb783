// The ticket: a small JWT that names an actor token and proves that this server minted it. What it
// is good for stands in the store alone.
#pragma once

#include "base/result.hpp"
#include "core/keyring.hpp"
#include "core/settings.hpp"

namespace tenens {

struct TicketReference {
  ActorTokenId actor_token_id;
  Digest digest;  // of the whole ticket, to be compared with the record's
};

class Tickets {
 public:
  Tickets(const Keyring& keyring, const Settings& settings)
      : keyring_(keyring), settings_(settings) {}

  /// The same record always gives the same ticket, so a repeated create can be answered without the
  /// ticket being stored.
  [[nodiscard]] Secret mint(const ActorToken& token) const;
  /// The link that carries it.
  [[nodiscard]] Secret url(const Secret& ticket) const;
  [[nodiscard]] static Digest digest(const Secret& ticket);

  /// Failures: ticket_invalid (forged, foreign, of another kind), ticket_expired.
  [[nodiscard]] Result<TicketReference> verify(const Secret& ticket, const InstanceId& instance_id,
                                               Instant now) const;

 private:
  const Keyring& keyring_;
  const Settings& settings_;
};

}  // namespace tenens
