#include "cli/models.hpp"

namespace tenens::cli {
namespace {

using clerk_backend_api::Array;
using clerk_backend_api::Object;
using clerk_backend_api::Value;

template <class T>
Value or_null(const std::optional<T>& content) {
  return content ? Value(*content) : Value(nullptr);
}

}  // namespace

Object to_object(const clerk_backend_api::ActorToken& token) {
  Object object{{"id", token.id},
                {"status", token.status.text()},
                {"user_id", token.user_id},
                {"actor", token.actor}};
  // Whoever asks for all of it gets the ticket too; it goes to stdout and nowhere else.
  if (token.token) object.set("token", token.token->expose());
  if (token.url) object.set("url", token.url->expose());
  object.set("created_at", token.created_at);
  object.set("updated_at", token.updated_at);
  // Not every answer has them; null would say that there is none.
  if (token.expires_at) object.set("expires_at", *token.expires_at);
  if (token.session_id) object.set("session_id", *token.session_id);
  if (token.reason) object.set("reason", *token.reason);
  return object;
}

Object to_object(const clerk_backend_api::AuditEvent& event) {
  return {{"sequence", event.sequence},
          {"at", event.at},
          {"action", event.action.text()},
          {"key_id", or_null(event.key_id)},
          {"actor", or_null(event.actor)},
          {"user_id", or_null(event.user_id)},
          {"actor_token_id", or_null(event.actor_token_id)},
          {"sign_in_token_id", or_null(event.sign_in_token_id)},
          {"session_id", or_null(event.session_id)},
          {"address", event.address},
          {"reason", or_null(event.reason)},
          {"code", or_null(event.code)}};
}

Object to_object(const clerk_backend_api::AuditCheckpoint& checkpoint) {
  return {{"size", checkpoint.size},
          {"root", checkpoint.root},
          {"jws", checkpoint.jws},
          {"created_at", checkpoint.created_at}};
}

Object to_object(const clerk_backend_api::Session& session) {
  return {{"id", session.id},
          {"user_id", session.user_id},
          {"client_id", session.client_id},
          {"actor", or_null(session.actor)},
          {"status", session.status.text()},
          {"last_active_at", session.last_active_at},
          {"expire_at", session.expire_at},
          {"abandon_at", session.abandon_at},
          {"created_at", session.created_at},
          {"updated_at", session.updated_at},
          {"actor_token_id", or_null(session.actor_token_id)}};
}

Object to_object(const clerk_backend_api::User& user) {
  Array emails;
  for (const auto& email : user.email_addresses) {
    emails.emplace_back(Object{
        {"id", email.id}, {"email_address", email.email_address}, {"verified", email.verified}});
  }
  return {{"id", user.id},
          {"external_id", or_null(user.external_id)},
          {"username", or_null(user.username)},
          {"first_name", or_null(user.first_name)},
          {"last_name", or_null(user.last_name)},
          {"primary_email_address_id", or_null(user.primary_email_address_id)},
          {"email_addresses", std::move(emails)},
          {"public_metadata", user.public_metadata},
          {"private_metadata", user.private_metadata},
          {"unsafe_metadata", user.unsafe_metadata},
          {"banned", user.banned},
          {"last_sign_in_at", or_null(user.last_sign_in_at)},
          {"last_active_at", or_null(user.last_active_at)},
          {"created_at", user.created_at},
          {"updated_at", user.updated_at}};
}

std::string sub_of(const Object& actor) {
  const auto* sub = actor.find("sub");
  const auto* text = sub == nullptr ? nullptr : sub->if_string();
  return text == nullptr ? "-" : *text;
}

std::string sub_of(const std::optional<Object>& actor) {
  return actor ? sub_of(*actor) : "-";
}

}  // namespace tenens::cli
