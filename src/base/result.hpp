// Expected failures are values. Exceptions mean a bug or a dying machine and are caught once, at
// the request's edge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tenens {

/// Why something was refused. Programs branch on these; the texts belong to http/failure_reply.
enum class Code {
  // The request itself.
  body_not_json,
  content_encoding_unsupported,  // param: what came
  content_type_unsupported,      // param: what came; detail: what is wanted
  param_missing,
  param_wrong_type,  // detail: the type wanted
  param_unknown,
  param_invalid,    // detail: why
  param_malformed,  // likewise: it is in no form that such a thing has
  param_taken,      // an identifier that must be unique and is not
  url_not_found,
  method_not_allowed,  // detail: the methods that are
  api_version_conflict,
  header_too_large,
  body_too_large,
  malformed_request,
  timed_out,
  development_only,  // and this instance is in production
  rate_limited,      // detail: seconds to wait
  // Who asks.
  authentication_missing,
  authorization_malformed,
  secret_key_unknown,
  origin_invalid,
  origin_with_authorization,
  not_from_this_page,  // a form that did not come from our own page
  handshake_invalid,   // detail: why
  signed_out,
  session_not_of_client,  // param: the session's id
  // The domain.
  user_not_found,     // param: the id
  session_not_found,  // param: the id
  resource_not_found,
  user_banned,
  user_protected,         // param: the id
  actor_banned,           // param: actor.sub
  actor_removed,          // likewise
  impersonating_oneself,  // likewise
  impersonation_disabled,
  impersonation_limit,  // detail: "<used>/<limit>"
  token_not_revocable,  // detail: its status
  ticket_invalid,
  ticket_expired,
  ticket_used,
  ticket_revoked,
  ticket_unusable,
  ticket_subject_gone,
  sign_in_token_not_revocable,  // detail: its status
  sign_in_token_used,
  sign_in_token_revoked,
  sign_in_token_subject_gone,
  session_exists,        // param: the session's id
  strategy_unsupported,  // param: what came
  impersonating_already,
  invalid_session_action,  // param: the session's id; detail: the action
  idempotency_conflict,
  // The store.
  unavailable,      // nothing happened
  outcome_unknown,  // it may have happened
  internal,
};

/// The word on the wire and in audit records, mostly Clerk's; programs branch on it.
[[nodiscard]] std::string_view code_word(Code code);

/// One refusal: what, about which parameter, and the detail its text needs.
struct Failure {
  Code code;
  std::string param = {};
  std::string detail = {};

  friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T>
using Result = tl::expected<T, Failure>;
using Done = Result<void>;

/// A request can be wrong in several places at once; its author wants to hear of all of them.
using Failures = std::vector<Failure>;
template <class T>
using Checked = tl::expected<T, Failures>;

[[nodiscard]] inline tl::unexpected<Failure> refuse(Code code, std::string param = {},
                                                    std::string detail = {}) {
  return tl::unexpected(Failure{code, std::move(param), std::move(detail)});
}

}  // namespace tenens
