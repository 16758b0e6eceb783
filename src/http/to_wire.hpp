// Record to wire model and back: the one place where what rules speak about becomes what clients
// see.
#pragma once

#include "core/services.hpp"
#include "wire/actor_tokens.hpp"
#include "wire/audit_checkpoints.hpp"
#include "wire/audit_events.hpp"
#include "wire/sessions.hpp"
#include "wire/sign_in_tokens.hpp"
#include "wire/users.hpp"

namespace tenens::http {

/// As Clerk has it: without anything of ours.
[[nodiscard]] wire::ActorToken to_wire(const ActorToken& token);
/// The answer to create, the only one with the ticket in it.
[[nodiscard]] std::string to_json(MintedToken minted);
/// With expiry, session and reason, for the routes that Clerk does not have.
[[nodiscard]] wire::ActorToken to_detailed_wire(const ActorToken& token);
[[nodiscard]] wire::SignInToken to_wire(const SignInToken& token);
[[nodiscard]] wire::SignInToken to_wire(const MintedSignInToken& minted);
[[nodiscard]] wire::Session to_wire(Session session, Instant now);
/// What `to_wire` makes of it, as an answer.
[[nodiscard]] std::string to_json(Session session, Instant now);
[[nodiscard]] wire::User to_wire(const User& user);
[[nodiscard]] wire::AuditEvent to_wire(const AuditEvent& event);
[[nodiscard]] wire::AuditCheckpoint to_wire(const AuditCheckpoint& checkpoint);

[[nodiscard]] NewActorToken to_record(wire::CheckedCreateActorToken body);
[[nodiscard]] NewSignInToken to_record(const wire::CreateSignInTokenRequestBody& body);
[[nodiscard]] NewUser to_record(const wire::CreateUserRequestBody& body);
[[nodiscard]] UserChanges to_record(const wire::UpdateUserRequestBody& body);
[[nodiscard]] MetadataChanges to_record(const wire::UserMetadata& body);

}  // namespace tenens::http
