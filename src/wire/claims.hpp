// The payloads of the two JWTs: the session's, which everybody reads, and the ticket's, which only
// we do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenens::wire {

/// A session JWT of Clerk's version 2. Times are Unix seconds.
struct SessionClaims {
  std::string azp;  ///< origin of the page; left out where empty
  std::string
      act_json;  ///< the actor as an object of JSON, inserted as it is; left out where empty
  std::string iss;
  std::string jti;
  std::string sid;
  std::string sub;
  std::int64_t exp = 0;
  std::int64_t iat = 0;
  std::int64_t nbf = 0;
  std::int64_t factor_age_minutes = 0;  ///< since the sign-in; there never was a second factor
};

[[nodiscard]] std::string to_json(const SessionClaims& claims);

/// What Clerk puts into an actor token's ticket.
struct TicketClaims {
  std::int64_t eis = 0;  ///< `expires_in_seconds` of the request
  std::int64_t exp = 0;  ///< Unix seconds
  std::string iid;       ///< instance
  std::string sid;       ///< source: the actor token's id
  std::string st;        ///< type of the source: `actor_token`

  friend bool operator==(const TicketClaims&, const TicketClaims&) = default;
};

[[nodiscard]] std::string to_json(const TicketClaims& claims);

/// Exactly these five members, each of its type; nothing otherwise. We wrote it, so whatever
/// differs is not ours.
[[nodiscard]] std::optional<TicketClaims> parse_ticket_claims(std::string_view json);

}  // namespace tenens::wire
