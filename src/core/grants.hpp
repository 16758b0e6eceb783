// What a ticket is good for, whichever kind of token stands behind it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/caller.hpp"
#include "core/settings.hpp"
#include "core/store.hpp"
#include "core/tickets.hpp"

namespace tenens {

struct Grant {
  UserId user_id;
  std::optional<Actor> actor = {};  // none: the user in person
  TokenState state = TokenState::pending;
  Digest ticket_digest{};
  Instant expires_at;
  seconds session_life{};
  seconds idle_limit{};
  std::optional<std::string> reason = {};
  std::variant<ActorToken, SignInToken> token;
};

[[nodiscard]] std::optional<Grant> find_grant(ReadTx& tx, const InstanceId& instance_id,
                                              const TicketSource& source, const Settings& settings);

/// The code for a token that somebody has redeemed, in the words of its kind.
[[nodiscard]] Code code_of_used(const Grant& grant);
/// Whether it can still be redeemed, as far as its record says. Failures: used or revoked, in the
/// words of its kind, and ticket_expired.
[[nodiscard]] Done state_allows(const Grant& grant, Instant now);

namespace audit {

[[nodiscard]] AuditEvent redeemed(const Grant& grant, Instant now, const Visitor& by);
[[nodiscard]] AuditEvent redeem_repeated(const Grant& grant, Instant now, const Visitor& by);
[[nodiscard]] AuditEvent redeem_refused(const Grant& grant, Code code, Instant now,
                                        const Visitor& by);

}  // namespace audit
}  // namespace tenens
