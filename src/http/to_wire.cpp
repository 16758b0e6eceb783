#include "http/to_wire.hpp"

#include "base/base64url.hpp"
#include "core/json_objects.hpp"
#include "crypto/digest.hpp"

namespace tenens::http {
namespace {

template <class AnyId>
std::optional<std::string> to_text(const std::optional<AnyId>& id) {
  return id ? std::optional(id->text) : std::nullopt;
}

std::optional<clerk_backend_api::Object> to_object(const std::optional<Actor>& actor) {
  return actor ? std::optional(tenens::to_object(actor->payload)) : std::nullopt;
}

std::optional<std::int64_t> to_ms(const std::optional<Instant>& at) {
  return at ? std::optional(to_unix_ms(*at)) : std::nullopt;
}

template <class T>
Change<T> to_change(const std::optional<T>& set) {
  return set ? Change<T>(set) : Change<T>();
}

template <class T>
Change<T> to_change(const clerk_backend_api::Patch<T>& patch) {
  return patch.given() ? Change<T>(patch.value()) : Change<T>();
}

std::optional<JsonObject> to_change(const std::optional<clerk_backend_api::Object>& set) {
  return set ? std::optional(to_json_object(*set)) : std::nullopt;
}

/// Metadata that is cleared is an empty object; there is no user without.
std::optional<JsonObject> to_change(const clerk_backend_api::Patch<clerk_backend_api::Object>& p) {
  if (!p.given()) return std::nullopt;
  return p.value() ? to_json_object(*p.value()) : JsonObject{};
}

wire::EmailAddress to_wire(const Email& email) {
  return {.id = email.id.text,
          .email_address = email.address,
          .verified = true,  // by whoever has the secret key
          .created_at = to_unix_ms(email.created_at),
          .updated_at = to_unix_ms(email.created_at)};
}

wire::ActorToken to_wire_without_actor(ActorToken token) {
  wire::ActorToken model;
  model.status = wire::ActorTokenStatus(to_text(token.state));
  model.created_at = to_unix_ms(token.created_at);
  model.updated_at = to_unix_ms(token.updated_at);
  model.id = std::move(token.id.text);
  model.user_id = std::move(token.user_id.text);
  return model;
}

wire::Session to_wire_without_actor(Session session, Instant now) {
  wire::Session model;
  model.status = wire::SessionStatus(tenens::to_text(status_at(session, now)));
  model.last_active_at = to_unix_ms(session.last_active_at);
  model.expire_at = to_unix_ms(session.expire_at);
  model.abandon_at = to_unix_ms(abandon_at(session));
  model.created_at = to_unix_ms(session.created_at);
  model.updated_at = to_unix_ms(session.updated_at);
  model.id = std::move(session.id.text);
  model.user_id = std::move(session.user_id.text);
  model.client_id = std::move(session.client_id.text);
  if (session.actor_token_id) model.actor_token_id = std::move(session.actor_token_id->text);
  return model;
}

}  // namespace

wire::ActorToken to_wire(const ActorToken& token) {
  auto model = to_wire_without_actor(token);
  model.actor = to_object(token.actor.payload);
  return model;
}

std::string to_json(MintedToken minted) {
  // As it is stored: a tree of it would cost as much as the rest of the answer.
  const auto actor = std::exchange(minted.record.actor, {});
  auto model = to_wire_without_actor(std::move(minted.record));
  model.token = std::move(minted.ticket);
  model.url = std::move(minted.url);
  return wire::to_json(model, actor.payload.text);
}

wire::ActorToken to_detailed_wire(const ActorToken& token) {
  auto model = to_wire(token);
  model.expires_at = to_unix_ms(token.expires_at);
  model.session_id = to_text(token.session_id);
  model.reason = token.reason;
  return model;
}

wire::SignInToken to_wire(const SignInToken& token) {
  wire::SignInToken model;
  model.id = token.id.text;
  model.status = wire::SignInTokenStatus(to_text(token.state));
  model.user_id = token.user_id.text;
  model.created_at = to_unix_ms(token.created_at);
  model.updated_at = to_unix_ms(token.updated_at);
  return model;
}

wire::SignInToken to_wire(const MintedSignInToken& minted) {
  auto model = to_wire(minted.record);
  model.token = minted.ticket;
  model.url = minted.url;
  return model;
}

wire::Session to_wire(Session session, Instant now) {
  auto actor = to_object(session.actor);
  auto model = to_wire_without_actor(std::move(session), now);
  model.actor = std::move(actor);
  return model;
}

std::string to_json(Session session, Instant now) {
  const auto actor = std::exchange(session.actor, {});
  // As it is stored, like a token's that was minted.
  return wire::to_json(to_wire_without_actor(std::move(session), now),
                       actor ? std::string_view(actor->payload.text) : std::string_view());
}

wire::User to_wire(const User& user) {
  wire::User model;
  model.id = user.id.text;
  model.external_id = user.external_id;
  model.username = user.username;
  model.first_name = user.first_name;
  model.last_name = user.last_name;
  model.primary_email_address_id = to_text(user.primary_email_id);
  for (const auto& email : user.emails) model.email_addresses.push_back(to_wire(email));
  model.public_metadata = to_object(user.public_metadata);
  model.private_metadata = to_object(user.private_metadata);
  model.unsafe_metadata = to_object(user.unsafe_metadata);
  model.banned = user.banned;
  model.last_sign_in_at = to_ms(user.last_sign_in_at);
  model.created_at = to_unix_ms(user.created_at);
  model.updated_at = to_unix_ms(user.updated_at);
  return model;
}

wire::AuditEvent to_wire(const AuditEvent& event) {
  wire::AuditEvent model;
  model.sequence = event.sequence;
  model.at = to_unix_ms(event.at);
  model.action = wire::AuditAction(action_text(event));
  model.key_id = to_text(event.key_id);
  model.actor = to_object(event.actor);
  model.user_id = to_text(event.user_id);
  model.actor_token_id = to_text(event.actor_token_id);
  model.sign_in_token_id = to_text(event.sign_in_token_id);
  model.session_id = to_text(event.session_id);
  model.address = event.address;
  model.reason = event.reason;
  model.code = event.code;
  return model;
}

wire::AuditCheckpoint to_wire(const AuditCheckpoint& checkpoint) {
  wire::AuditCheckpoint model;
  model.size = checkpoint.size;
  model.root = to_base64url(crypto::as_bytes(checkpoint.root));
  model.jws = checkpoint.jws;
  model.created_at = to_unix_ms(checkpoint.created_at);
  return model;
}

NewActorToken to_record(wire::CheckedCreateActorToken body) {
  return {.user_id = UserId{std::move(body.user_id)},
          .actor = {.sub = std::move(body.actor_sub), .payload = {std::move(body.actor_json)}},
          .expires_in_seconds = body.expires_in_seconds,
          .session_max_duration_in_seconds = body.session_max_duration_in_seconds,
          .reason = std::move(body.reason)};
}

NewSignInToken to_record(const wire::CreateSignInTokenRequestBody& body) {
  return {.user_id = UserId{body.user_id}, .expires_in_seconds = body.expires_in_seconds};
}

NewUser to_record(const wire::CreateUserRequestBody& body) {
  return {.email_addresses = body.email_address,
          .fields = {.external_id = to_change(body.external_id),
                     .username = to_change(body.username),
                     .first_name = to_change(body.first_name),
                     .last_name = to_change(body.last_name),
                     .primary_email_id = {},
                     .public_metadata = to_change(body.public_metadata),
                     .private_metadata = to_change(body.private_metadata),
                     .unsafe_metadata = to_change(body.unsafe_metadata)}};
}

UserChanges to_record(const wire::UpdateUserRequestBody& body) {
  UserChanges changes{.external_id = to_change(body.external_id),
                      .username = to_change(body.username),
                      .first_name = to_change(body.first_name),
                      .last_name = to_change(body.last_name),
                      .primary_email_id = {},
                      .public_metadata = to_change(body.public_metadata),
                      .private_metadata = to_change(body.private_metadata),
                      .unsafe_metadata = to_change(body.unsafe_metadata)};
  if (const auto& id = body.primary_email_address_id; id.given() && id.value()) {
    changes.primary_email_id = IdentificationId{*id.value()};
  }
  return changes;
}

MetadataChanges to_record(const wire::UserMetadata& body) {
  return {.public_metadata = to_change(body.public_metadata),
          .private_metadata = to_change(body.private_metadata),
          .unsafe_metadata = to_change(body.unsafe_metadata)};
}

}  // namespace tenens::http
