#include "http/failure_reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "wire/errors.hpp"

namespace tenens::http {
namespace {

using clerk_backend_api::Array;
using clerk_backend_api::Object;

enum class Meta { none, param_name, session_id, quota, features, user_id, actor_sub };

// Between braces: what stands in the failure. {words}: the parameter's name with spaces; {fault}:
// the parameter with its detail as a sentence. An empty long text repeats the short one.
struct Text {
  Code code;
  int status;
  std::string_view message;
  std::string_view long_message = {};
  Meta meta = Meta::none;
  std::string_view word = {};  // where it is not code_word's
};

constexpr auto kTexts = std::to_array<Text>({
    {Code::body_not_json, 400, "Request body invalid",
     "The request body is invalid. Please consult the API documentation for more information."},
    {Code::content_encoding_unsupported, 415, "Content-Encoding is unsupported",
     "Content-Encoding {param} is unsupported. You should send the body as it is."},
    {Code::content_type_unsupported, 415, "Content-Type is unsupported",
     "Content-Type {param} is unsupported. You should use {detail} instead."},
    {Code::param_missing, 422, "is missing", "{param} must be included.", Meta::param_name},
    {Code::param_wrong_type, 422, "is invalid", "`{param}` must be a `{detail}`.",
     Meta::param_name},
    {Code::param_unknown, 422, "is unknown", "{param} is not a valid parameter for this request.",
     Meta::param_name},
    {Code::param_invalid, 422, "is invalid", "{fault}", Meta::param_name},
    {Code::param_malformed, 422, "is invalid", "{fault}", Meta::param_name},
    {Code::param_taken, 422, "That {words} is taken. Please try another.", {}, Meta::param_name},
    {Code::url_not_found, 404, "URL not found", "The URL was not found"},
    {Code::method_not_allowed, 405, "Method not allowed", "This URL only answers {detail}."},
    {Code::api_version_conflict, 400, "Invalid API version",
     "Name the API version once, as YYYY-MM-DD: in the Clerk-API-Version header or in the "
     "__clerk_api_version query parameter."},
    {Code::header_too_large, 431, "Request header too large",
     "The request line and the headers together are larger than this server accepts."},
    {Code::body_too_large, 413, "Request body too large",
     "The request body is larger than this server accepts."},
    {Code::malformed_request, 400, "Bad request", "{detail}"},
    {Code::timed_out, 408, "Request timeout", "The request did not arrive in time."},
    {Code::development_only, 400, "Invalid request for environment",
     "Request only valid for development instances."},
    {Code::rate_limited, 429, "Too many requests", "Too many requests, retry later"},

    {Code::authentication_missing, 401, "Invalid authentication",
     "Unable to authenticate the request, you need to supply an active session"},
    {Code::authorization_malformed, 401, "Invalid Authorization header format",
     "Invalid Authorization header format. Must be 'Bearer <YOUR_API_KEY>'"},
    {Code::secret_key_unknown, 401,
     "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct."},
    {Code::origin_with_authorization, 400, "Origin and Authorization headers conflict",
     "A request of a browser has an Origin header, one of a native application an Authorization "
     "header; this one has both."},
    {Code::origin_invalid, 400, "Invalid HTTP Origin header",
     "The Origin header of this request names a page that may not call this API."},
    {Code::not_from_this_page, 403, "Form not accepted",
     "This form was not sent from the page it belongs to."},
    {Code::handshake_invalid, 400, "invalid handshake",
     "The handshake request is invalid: {detail}"},
    {Code::signed_out, 401, "Signed out", "You are signed out"},
    {Code::session_not_of_client, 401, "Unauthorized action for session",
     "Not authorized to perform requested action on session {param}", Meta::session_id},

    {Code::user_not_found, 404, "not found", "No user was found with id {param}"},
    {Code::session_not_found, 404, "Session not found", "No session was found with id {param}"},
    {Code::resource_not_found, 404, "not found", "Resource not found"},
    {Code::user_banned, 403, "User banned",
     "You have been banned. If you think this was by mistake, please contact support."},
    {Code::user_protected, 403, "User protected", "Nobody may act as this user."},
    {Code::actor_banned, 403, "User banned",
     "You have been banned. If you think this was by mistake, please contact support."},
    {Code::impersonating_oneself, 403, "Impersonating oneself",
     "Nobody acts on behalf of themselves."},
    {Code::actor_removed, 404, "not found", "The user {param}, who is to act, no longer exists"},
    {Code::impersonation_disabled, 402, "Unsupported plan features",
     "Some features are not supported in your current plan. Upgrade your subscription to unlock "
     "them.",
     Meta::features},
    {Code::impersonation_limit, 422, "Impersonation limit exceeded",
     "Your application has reached the impersonation limit for your plan ({detail}). The limit "
     "will "
     "reset at the beginning of the next billing period.",
     Meta::quota},
    {Code::token_not_revocable, 400, "cannot revoke",
     "Actor token cannot be revoked because its status is {detail}. Only pending tokens can be "
     "revoked."},
    {Code::ticket_invalid, 400, "ticket is invalid",
     "This ticket is invalid. Make sure you're using a valid ticket generated by Clerk."},
    {Code::ticket_expired, 400, "ticket has expired",
     "This ticket has expired and cannot be used anymore."},
    {Code::ticket_used, 400, "actor token has already been used",
     "This actor token has already been used. Each token can only be used once."},
    {Code::ticket_revoked, 400, "actor token has been revoked",
     "This actor token has been revoked and cannot be used anymore."},
    {Code::ticket_unusable, 400, "actor token cannot be used",
     "This actor token cannot be used anymore. Please request a new one."},
    {Code::ticket_subject_gone, 404, "user not found",
     "The user of the actor token no longer exists. Please request a new one."},
    {Code::sign_in_token_not_revocable, 400, "cannot revoke",
     "Sign in token cannot be revoked because its status is {detail}. Only pending tokens can be "
     "revoked."},
    {Code::sign_in_token_used, 400, "sign in token has already been used",
     "This sign in token has already been used. Each token can only be used once."},
    {Code::sign_in_token_revoked, 400, "sign in token has been revoked",
     "This sign in token has been revoked and cannot be used anymore."},
    {Code::sign_in_token_subject_gone, 400, "sign in token cannot be used",
     "This sign in token cannot be used anymore. Please request a new one."},
    {Code::session_exists, 400, "Session already exists", "You're already signed in."},
    {Code::strategy_unsupported, 422, "is invalid",
     "{param} is not a strategy of this server. The only one is ticket.", Meta::param_name},
    {Code::impersonating_already, 409, "unable to create session",
     "Unable to create new session when an impersonation session is present. Please sign out "
     "first."},
    {Code::invalid_session_action, 400, "Invalid action for user session",
     "Unable to {detail} session {param}", Meta::session_id},
    {Code::idempotency_conflict, 409, "Idempotency key conflict",
     "This Idempotency-Key was used before, for another request."},

    {Code::unavailable, 503, "Service unavailable",
     "The request was not carried out. Please try again in a moment."},
    {Code::outcome_unknown, 503, "Outcome unknown",
     "It is not known whether the request was carried out. Look before you repeat it."},
    {Code::internal, 500, "Oops, an unexpected error occurred",
     "There was an internal error on our servers. Please try again, and if it stays, tell the "
     "operator the clerk_trace_id of this answer."},
});

// Where a back end is told another thing than a browser.
constexpr auto kBackendTexts = std::to_array<Text>({
    {Code::user_banned, 422, "User banned",
     "The user {param} is banned: nobody can be signed in as them.", Meta::user_id},
    {Code::user_protected, 422, "User protected",
     "The user {param} is protected and cannot be impersonated.", Meta::user_id},
    {Code::impersonating_oneself, 422, "Impersonating oneself",
     "The user {param} cannot impersonate themselves.", Meta::actor_sub},
    {Code::actor_banned, 422, "User banned",
     "The actor {param} is a banned user and cannot impersonate anybody.", Meta::actor_sub},
    {Code::signed_out, 404, "Session not found", "The session is not active anymore", Meta::none,
     "resource_not_found"},
});

const Text& text_of(Code code, Audience audience) {
  const auto is_it = [&](const Text& text) { return text.code == code; };
  if (audience == Audience::backend) {
    const auto* const own = std::find_if(kBackendTexts.begin(), kBackendTexts.end(), is_it);
    if (own != kBackendTexts.end()) return *own;
  }
  const auto* const found = std::find_if(kTexts.begin(), kTexts.end(), is_it);
  return found != kTexts.end() ? *found : kTexts.back();
}

std::string words_of(std::string param) {
  std::replace(param.begin(), param.end(), '_', ' ');
  return param;
}

/// A detail is a sentence of its own ("It must …") or the rest of one ("must …").
std::string fault_of(const Failure& failure) {
  const auto& detail = failure.detail;
  if (detail.empty()) return failure.param + " is invalid";
  const bool own_sentence = detail.front() >= 'A' && detail.front() <= 'Z';
  auto text = failure.param + (own_sentence ? " is invalid. " : " ") + detail;
  if (text.back() != '.') text += '.';
  return text;
}

std::string fill(std::string_view text, const Failure& failure) {
  std::string filled;
  while (!text.empty()) {
    const auto open = std::min(text.find('{'), text.size());
    filled += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const auto close = text.find('}');
    const auto name = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    if (name == "param") filled += failure.param;
    if (name == "detail") filled += failure.detail;
    if (name == "words") filled += words_of(failure.param);
    if (name == "fault") filled += fault_of(failure);
  }
  return filled;
}

/// Of "<used>/<limit>".
Object quota_of(std::string_view detail) {
  const auto number = [](std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const auto slash = std::min(detail.find('/'), detail.size());
  return {{"limit", number(detail.substr(std::min(slash + 1, detail.size())))},
          {"used", number(detail.substr(0, slash))}};
}

Object meta_of(Meta meta, const Failure& failure) {
  switch (meta) {
    case Meta::none: return {};
    case Meta::param_name:
      if (failure.code == Code::strategy_unsupported) return {{"param_name", "strategy"}};
      return {{"param_name", failure.param}};
    case Meta::session_id: return {{"session_id", failure.param}};
    case Meta::quota: return quota_of(failure.detail);
    case Meta::features: return {{"unsupported_features", Array{"impersonation"}}};
    case Meta::user_id: return {{"param_name", "user_id"}};
    case Meta::actor_sub: return {{"param_name", "actor.sub"}};
  }
  return {};
}

void add_headers(Reply& reply, const Failure& failure) {
  switch (failure.code) {
    case Code::unavailable:
    case Code::outcome_unknown: reply.headers.add("Retry-After", "1"); break;
    case Code::rate_limited: reply.headers.add("Retry-After", failure.detail); break;
    case Code::method_not_allowed: reply.headers.add("Allow", failure.detail); break;
    case Code::authentication_missing:
    case Code::authorization_malformed:
    case Code::secret_key_unknown: reply.headers.add("WWW-Authenticate", "Bearer"); break;
    default: break;
  }
}

}  // namespace

Description describe(const Failure& failure, Audience audience) {
  const auto& text = text_of(failure.code, audience);
  auto message = fill(text.message, failure);
  auto long_message = fill(text.long_message, failure);
  if (long_message.empty()) long_message = message;
  return {text.status,
          {.code = std::string(text.word.empty() ? code_word(text.code) : text.word),
           .message = std::move(message),
           .long_message = std::move(long_message),
           .meta = meta_of(text.meta, failure)}};
}

Reply to_reply(const Failures& failures, Audience audience, const std::string& trace_id) {
  Reply reply;
  std::vector<clerk_backend_api::ErrorItem> items;
  for (const auto& failure : failures) {
    auto description = describe(failure, audience);
    if (items.empty()) reply.status = description.status;
    items.push_back(std::move(description.item));
  }
  reply.content_type = kJson;
  reply.body = wire::to_json(items, trace_id);
  add_headers(reply, failures.front());
  return reply;
}

}  // namespace tenens::http
