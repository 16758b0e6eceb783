// What the rules speak about. Not rows (those live inside one store file) and not wire models
// (those are what a client sees).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/instant.hpp"
#include "base/secret.hpp"
#include "core/audit_action.hpp"

namespace tenens {

/// SHA-256, raw bytes. Of a credential it is all that is ever stored.
using Digest = std::array<std::uint8_t, 32>;

/// Compact JSON text of an object; validated once, where it came in.
struct JsonObject {
  std::string text = "{}";
  friend bool operator==(const JsonObject&, const JsonObject&) = default;
};

/// The one who acts. `sub` is free text: it need not be a user of the instance.
struct Actor {
  std::string sub;
  JsonObject payload;  // whole, with `sub` in it; becomes the `act` claim as it is
  friend bool operator==(const Actor&, const Actor&) = default;
};

/// A tenant. Every other record carries its id.
struct Instance {
  InstanceId id;
  bool production = false;  // as its secret key's prefix says
  Secret ticket_key;        // HMAC key of tickets, 32 bytes
  Instant created_at;
};

struct SecretKey {
  SecretKeyId id;
  InstanceId instance_id;
  Digest digest;
  Instant created_at;
};

/// Signs session JWTs from `active_from` until a younger one does; published in the JWKS before
/// that.
struct SigningKey {
  std::string kid;
  InstanceId instance_id;
  Secret private_pem;
  Instant active_from;
  std::optional<Instant> retired_at = {};  // no longer published from here on
  Instant created_at;
};

struct Email {
  IdentificationId id;
  std::string address;
  Instant created_at;
  friend bool operator==(const Email&, const Email&) = default;
};

struct User {
  UserId id;
  InstanceId instance_id;
  std::optional<std::string> external_id = {};
  std::optional<std::string> username = {};
  std::optional<std::string> first_name = {};
  std::optional<std::string> last_name = {};
  std::vector<Email> emails = {};                         // in the order in which they were given
  std::optional<IdentificationId> primary_email_id = {};  // one of `emails`
  JsonObject public_metadata;
  JsonObject private_metadata;
  JsonObject unsafe_metadata;
  bool banned = false;
  std::optional<Instant> last_sign_in_at = {};
  Instant created_at;
  Instant updated_at;
  friend bool operator==(const User&, const User&) = default;
};

/// What decides whether somebody may act, or be acted as.
enum class Standing {
  usable,
  banned,
  removed,  // had this id
  unknown   // nobody here, nor ever was
};

[[nodiscard]] inline Standing standing_of(const User& user) {
  return user.banned ? Standing::banned : Standing::usable;
}

/// Somebody from outside is not a user here and never was one: no look is needed to know it.
[[nodiscard]] inline bool is_from_outside(const UserId& id) {
  return !id.text.starts_with(kind::User::prefix);
}

enum class TokenState { pending, accepted, revoked };
inline constexpr std::array kTokenStates{TokenState::pending, TokenState::accepted,
                                         TokenState::revoked};

/// The word for it, on the wire and in the database.
[[nodiscard]] constexpr std::string_view to_text(TokenState state) {
  switch (state) {
    case TokenState::pending: return "pending";
    case TokenState::accepted: return "accepted";
    case TokenState::revoked: return "revoked";
  }
  return {};
}

struct ActorToken {
  ActorTokenId id;
  InstanceId instance_id;
  UserId user_id;  // who is impersonated
  Actor actor;     // who acts
  TokenState state = TokenState::pending;
  Digest ticket_digest{};
  seconds expires_in{};
  Instant expires_at;
  seconds session_max_duration{};
  std::optional<SessionId> session_id = {};  // the session it opened
  std::optional<std::string> reason = {};
  Instant created_at;
  Instant updated_at;
  friend bool operator==(const ActorToken&, const ActorToken&) = default;
};

/// Lets its user in once, as themselves.
struct SignInToken {
  SignInTokenId id;
  InstanceId instance_id;
  UserId user_id;
  TokenState state = TokenState::pending;
  Digest ticket_digest{};
  seconds expires_in{};
  Instant expires_at;
  std::optional<SessionId> session_id = {};  // the session it opened
  Instant created_at;
  Instant updated_at;
  friend bool operator==(const SignInToken&, const SignInToken&) = default;
};

/// As stored. That a session has run out or gone idle is not stored but follows from the time; see
/// core/session_rules.hpp.
enum class SessionState { active, revoked, ended, removed, replaced };
inline constexpr std::array kSessionStates{SessionState::active, SessionState::revoked,
                                           SessionState::ended, SessionState::removed,
                                           SessionState::replaced};

/// The word for it in the database.
[[nodiscard]] constexpr std::string_view to_text(SessionState state) {
  switch (state) {
    case SessionState::active: return "active";
    case SessionState::revoked: return "revoked";
    case SessionState::ended: return "ended";
    case SessionState::removed: return "removed";
    case SessionState::replaced: return "replaced";
  }
  return {};
}

struct Session {
  SessionId id;
  InstanceId instance_id;
  UserId user_id;
  ClientId client_id;
  std::optional<Actor> actor = {};
  std::optional<ActorTokenId> actor_token_id = {};
  SessionState state = SessionState::active;
  Instant last_active_at;
  Instant expire_at;                               // created + maximum duration; never moves
  seconds idle_limit{};                            // dies when this long without activity
  std::optional<Digest> redeem_nonce_digest = {};  // of who opened it and may ask for it again
  Instant created_at;
  Instant updated_at;
  friend bool operator==(const Session&, const Session&) = default;
};

/// One browser. Its cookie names it and proves it with a token that changes at each sign-in.
struct Client {
  ClientId id;
  InstanceId instance_id;
  Digest cookie_digest{};
  std::optional<SessionId> last_active_session_id = {};
  // The person's own session, which an impersonation has replaced and which may come back after it.
  std::optional<SessionId> restorable_session_id = {};
  Instant created_at;
  Instant updated_at;
  friend bool operator==(const Client&, const Client&) = default;
};

struct AuditEvent {
  std::int64_t sequence = 0;  // given by the store: gap-free from 1
  InstanceId instance_id;
  Instant at;
  AuditAction action{};
  std::string unknown_action = {};  // the stored word of one that is unknown
  std::optional<SecretKeyId> key_id = {};
  std::optional<Actor> actor = {};
  std::optional<UserId> user_id = {};
  std::optional<ActorTokenId> actor_token_id = {};
  std::optional<SignInTokenId> sign_in_token_id = {};
  std::optional<SessionId> session_id = {};
  std::string address;
  std::optional<std::string> reason = {};
  // Of a refusal; of an outcome the act; of a user's revocation the session that asked.
  std::optional<std::string> code = {};
  friend bool operator==(const AuditEvent&, const AuditEvent&) = default;
};

/// The audit up to an event, in a line that the server has signed; see core/audit_checkpoints.hpp.
struct AuditCheckpoint {
  InstanceId instance_id;
  std::int64_t size = 0;  // it covers the events 1 to this
  Digest root{};          // of the tree that their leaves make
  std::string jws;
  Instant created_at;
  friend bool operator==(const AuditCheckpoint&, const AuditCheckpoint&) = default;
};

/// What it takes to check one, and to make the next.
struct AuditSeal {
  AuditCheckpoint checkpoint;
  std::vector<Digest> leaves = {};  // of the last events that it covers: those that were new
  std::vector<Digest> peaks = {};   // of the tree
  friend bool operator==(const AuditSeal&, const AuditSeal&) = default;
};

/// What an `Idempotency-Key` stands for.
struct IdempotencyRecord {
  InstanceId instance_id;
  Digest key_digest{};
  Digest body_digest{};
  ActorTokenId actor_token_id;
  Instant created_at;
};

}  // namespace tenens
