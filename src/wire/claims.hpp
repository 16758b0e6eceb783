// The payloads of JWTs: the session's, which everybody reads, and the ticket's and the handshake
// nonce's, which only we do.
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

/// What a handshake's nonce stands for. Empty texts and 0 stand for what there is not.
struct NonceClaims {
  std::string db;        ///< development browser
  std::string dom;       ///< domain of `__client_uat`
  std::int64_t exp = 0;  ///< Unix seconds
  std::string iid;       ///< instance
  std::string org;       ///< origin of the application
  std::string sid;       ///< session
  std::int64_t uat = 0;  ///< value of `__client_uat`

  friend bool operator==(const NonceClaims&, const NonceClaims&) = default;
};

/// With a member `st` that no ticket has, because both are signed with one key.
[[nodiscard]] std::string to_json(const NonceClaims& claims);
/// Exactly what to_json writes; nothing otherwise.
[[nodiscard]] std::optional<NonceClaims> parse_nonce_claims(std::string_view json);

}  // namespace tenens::wire
