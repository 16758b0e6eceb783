#include "wire/sessions.hpp"

#include "wire/fields.hpp"
#include "wire/members.hpp"

namespace tenens::wire {

std::string to_json(const Session& session) {
  return to_json(session, session.actor ? clerk_backend_api::to_json(*session.actor) : "");
}

std::string to_json(const Session& session, std::string_view actor_json) {
  return Writer()
      .begin_object()
      .member("object", "session")
      .member("id", session.id)
      .member("user_id", session.user_id)
      .member("client_id", session.client_id)
      .name("actor")
      .raw(actor_json.empty() ? "null" : actor_json)
      .member("status", session.status.text())
      .name("last_active_organization_id")
      .null()
      .member("last_active_at", session.last_active_at)
      .member("expire_at", session.expire_at)
      .member("abandon_at", session.abandon_at)
      .member("updated_at", session.updated_at)
      .member("created_at", session.created_at)
      .name("tasks")
      .null()
      .member_if("actor_token_id", session.actor_token_id)
      .end_object()
      .take();
}

std::string to_json(const SessionToken& token) {
  return Writer()
      .begin_object()
      .member("object", "token")
      .member("jwt", token.jwt.expose())
      .end_object()
      .take();
}

Checked<CreateSessionRequestBody> parse_create_session(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());
  Fields fields(*object);
  CreateSessionRequestBody request;
  request.user_id = fields.required_string("user_id");
  fields.refuse("active_organization_id", kNoOrganizations);
  fields.refuse("actor", kNobodyActs);
  return fields.finish(std::move(request));
}

std::string to_json(const CreateSessionRequestBody& body) {
  return Writer()
      .begin_object()
      .member("user_id", body.user_id)
      .member_if("active_organization_id", body.active_organization_id)
      .end_object()
      .take();
}

Checked<CreateSessionTokenRequestBody> parse_create_session_token(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return tl::unexpected(object.error());

  Fields fields(*object);
  CreateSessionTokenRequestBody request{.expires_in_seconds = fields.integer("expires_in_seconds")};
  if (request.expires_in_seconds && (*request.expires_in_seconds < kMinSessionTokenSeconds ||
                                     *request.expires_in_seconds > kMaxSessionTokenSeconds)) {
    fields.fault(Code::param_invalid, "expires_in_seconds",
                 "must be between " + std::to_string(kMinSessionTokenSeconds) + " and " +
                     std::to_string(kMaxSessionTokenSeconds));
  }
  return fields.finish(request);
}

std::string to_json(const CreateSessionTokenRequestBody& body) {
  return Writer()
      .begin_object()
      .member_if("expires_in_seconds", body.expires_in_seconds)
      .end_object()
      .take();
}

std::optional<Session> parse_session(const Value& value) {
  Members members(value);
  Session session;
  session.id = members.required_string("id");
  session.user_id = members.required_string("user_id");
  session.client_id = members.required_string("client_id");
  session.actor = members.object("actor");
  session.status = SessionStatus(members.required_string("status"));
  session.last_active_at = members.required_integer("last_active_at");
  session.expire_at = members.required_integer("expire_at");
  session.abandon_at = members.required_integer("abandon_at");
  session.created_at = members.required_integer("created_at");
  session.updated_at = members.required_integer("updated_at");
  session.actor_token_id = members.string("actor_token_id");
  session.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return session;
}

std::optional<SessionToken> parse_session_token(const Value& value) {
  Members members(value);
  SessionToken token{.jwt = members.required_string("jwt")};
  token.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return token;
}

}  // namespace tenens::wire
