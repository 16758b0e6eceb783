#include "wire/audit_events.hpp"

#include "wire/members.hpp"

namespace tenens::wire {

std::string to_json(const AuditEvent& event) {
  return Writer()
      .begin_object()
      .member("object", "audit_event")
      .member("sequence", event.sequence)
      .member("at", event.at)
      .member("action", event.action.text())
      .member_or_null("key_id", event.key_id)
      .member_or_null("actor", event.actor)
      .member_or_null("user_id", event.user_id)
      .member_or_null("actor_token_id", event.actor_token_id)
      .member_or_null("sign_in_token_id", event.sign_in_token_id)
      .member_or_null("session_id", event.session_id)
      .member("address", event.address)
      .member_or_null("reason", event.reason)
      .member_or_null("code", event.code)
      .end_object()
      .take();
}

std::optional<AuditEvent> parse_audit_event(const Value& value) {
  Members members(value);
  AuditEvent event;
  event.sequence = members.required_integer("sequence");
  event.at = members.required_integer("at");
  event.action = AuditAction(members.required_string("action"));
  event.key_id = members.string("key_id");
  event.actor = members.object("actor");
  event.user_id = members.string("user_id");
  event.actor_token_id = members.string("actor_token_id");
  event.sign_in_token_id = members.string("sign_in_token_id");
  event.session_id = members.string("session_id");
  event.address = members.required_string("address");
  event.reason = members.string("reason");
  event.code = members.string("code");
  event.additional_fields = members.rest();
  if (!members.complete()) return std::nullopt;
  return event;
}

}  // namespace tenens::wire
