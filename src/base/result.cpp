#include "base/result.hpp"

namespace tenens {

std::string_view code_word(Code code) {
  switch (code) {
    case Code::body_not_json: return "request_body_invalid";
    case Code::content_encoding_unsupported: return "unsupported_content_type";
    case Code::content_type_unsupported: return "unsupported_content_type";
    case Code::param_missing: return "form_param_missing";
    case Code::param_wrong_type: return "form_param_type_invalid";
    case Code::param_unknown: return "form_param_unknown";
    case Code::param_invalid: return "form_param_value_invalid";
    case Code::param_malformed: return "form_param_format_invalid";
    case Code::param_taken: return "form_identifier_exists";
    case Code::url_not_found: return "resource_not_found";
    case Code::method_not_allowed: return "method_not_allowed";
    case Code::api_version_conflict: return "api_version_invalid";
    case Code::header_too_large: return "request_header_too_large";
    case Code::body_too_large: return "request_body_too_large";
    case Code::malformed_request: return "bad_request";
    case Code::timed_out: return "request_timeout";
    case Code::development_only: return "request_invalid_for_environment";
    case Code::rate_limited: return "too_many_requests";
    case Code::authentication_missing: return "authentication_invalid";
    case Code::authorization_malformed: return "authorization_header_format_invalid";
    case Code::secret_key_unknown: return "clerk_key_invalid";
    case Code::origin_invalid: return "origin_invalid";
    case Code::origin_with_authorization: return "origin_authorization_headers_conflict";
    case Code::not_from_this_page: return "form_token_invalid";
    case Code::handshake_invalid: return "invalid_handshake";
    case Code::signed_out: return "signed_out";
    case Code::session_not_of_client: return "action_for_session_not_authorized";
    case Code::user_not_found: return "resource_not_found";
    case Code::session_not_found: return "resource_not_found";
    case Code::resource_not_found: return "resource_not_found";
    case Code::user_banned: return "user_banned";
    case Code::user_protected: return "user_protected";
    case Code::impersonating_oneself: return "impersonating_oneself";
    case Code::actor_banned: return "actor_banned";
    case Code::actor_removed: return "resource_not_found";
    case Code::impersonation_disabled: return "unsupported_subscription_plan_features";
    case Code::impersonation_limit: return "impersonation_limit_exceeded";
    case Code::token_not_revocable: return "actor_token_cannot_be_revoked_code";
    case Code::ticket_invalid: return "ticket_invalid_code";
    case Code::ticket_expired: return "ticket_expired_code";
    case Code::ticket_used: return "actor_token_already_used_code";
    case Code::ticket_revoked: return "actor_token_revoked_code";
    case Code::ticket_unusable: return "actor_token_cannot_be_used_code";
    case Code::ticket_subject_gone: return "actor_token_subject_not_found";
    case Code::sign_in_token_not_revocable: return "sign_in_token_cannot_be_revoked_code";
    case Code::sign_in_token_used: return "sign_in_token_already_used_code";
    case Code::sign_in_token_revoked: return "sign_in_token_revoked_code";
    case Code::sign_in_token_subject_gone: return "sign_in_token_cannot_be_used_code";
    case Code::session_exists: return "session_exists";
    case Code::strategy_unsupported: return "form_param_value_invalid";
    case Code::impersonating_already: return "session_creation_not_allowed";
    case Code::invalid_session_action: return "invalid_action_for_session";
    case Code::idempotency_conflict: return "idempotency_key_conflict";
    case Code::unavailable: return "service_unavailable";
    case Code::outcome_unknown: return "outcome_unknown";
    case Code::internal: return "internal_clerk_error";
  }
  return "internal_clerk_error";
}

}  // namespace tenens
