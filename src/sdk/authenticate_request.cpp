#include "clerk_backend_api/authenticate_request.hpp"

#include "base/ascii.hpp"
#include "sdk/request_cookies.hpp"

namespace clerk_backend_api {
namespace {

constexpr std::string_view kBearer = "bearer ";

/// Empty if the header is another scheme's or has no token.
std::string_view bearer_token(std::string_view authorization) {
  if (!tenens::equal_ignoring_case(authorization.substr(0, kBearer.size()), kBearer)) return {};
  authorization.remove_prefix(kBearer.size());
  const auto begin = authorization.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return authorization.substr(begin, authorization.find_last_not_of(' ') - begin + 1);
}

bool is_page_load(const IncomingRequest& request) {
  if (request.method != "GET") return false;
  if (!request.sec_fetch_dest.empty()) {
    return request.sec_fetch_dest == "document" || request.sec_fetch_dest == "iframe";
  }
  return request.accept.starts_with("text/html");
}

RequestState signed_out(std::string_view reason, std::optional<TokenFault> fault = std::nullopt) {
  return {.status = RequestStatus::signed_out, .reason = reason, .fault = fault};
}

/// The browser could know better, so ask it, if this is a request that can be redirected.
RequestState out_of_step(const IncomingRequest& request, std::string_view reason,
                         std::optional<TokenFault> fault = std::nullopt) {
  auto state = signed_out(reason, fault);
  state.needs_handshake = is_page_load(request);
  return state;
}

std::string_view reason_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::expired: return "token-expired";
    case TokenFault::not_active_yet: return "token-not-active-yet";
    case TokenFault::issued_in_future: return "token-iat-in-the-future";
    case TokenFault::signature_invalid: return "token-invalid-signature";
    case TokenFault::algorithm_not_supported:
    case TokenFault::algorithm_not_allowed:
    case TokenFault::algorithm_mismatch: return "token-invalid-algorithm";
    case TokenFault::authorized_party_missing:
    case TokenFault::authorized_party_not_allowed: return "token-invalid-authorized-parties";
    case TokenFault::category_not_allowed: return "token-type-mismatch";
    case TokenFault::kid_missing:
    case TokenFault::kid_unknown: return "jwk-kid-mismatch";
    case TokenFault::keys_missing: return "jwk-failed-to-resolve";
    case TokenFault::cancelled:
    case TokenFault::keys_unavailable: return "jwk-remote-failed-to-load";
    case TokenFault::claim_missing:
    case TokenFault::claim_type_invalid:
    case TokenFault::issuer_not_allowed:
    case TokenFault::audience_not_allowed: return "token-verification-failed";
    default: return "token-invalid";
  }
}

RequestState state_of(VerifyResult verdict, const AuthenticateRequestOptions& options) {
  if (!verdict) return signed_out(reason_of(verdict.fault()), verdict.fault());
  if (verdict->sts() == "pending" && !options.accept_pending_sessions) {
    return signed_out("session-pending");
  }
  RequestState state;
  state.status = RequestStatus::signed_in;
  state.claims = *std::move(verdict);
  return state;
}

RequestState with_cookie(const IncomingRequest& request, std::string_view token,
                         const AuthenticateRequestOptions& options) {
  auto state = state_of(verify_token(token, options.verify_token), options);
  if (!state.fault) return state;
  // A browser gets a newer token for these; in a bearer header they are final.
  switch (*state.fault) {
    case TokenFault::expired: return out_of_step(request, "session-token-expired", state.fault);
    case TokenFault::not_active_yet: return out_of_step(request, "session-token-nbf", state.fault);
    case TokenFault::issued_in_future:
      return out_of_step(request, "session-token-iat-in-the-future", state.fault);
    default: return state;
  }
}

RequestState with_cookies(const IncomingRequest& request,
                          const AuthenticateRequestOptions& options) {
  // Who takes tokens from the header alone needs no key.
  if (options.publishable_key.empty() && request.cookie.empty()) {
    return signed_out("session-token-and-uat-missing");
  }
  const auto key = detail::parse_publishable_key(options.publishable_key);
  if (!key) return signed_out("publishable-key-invalid");
  const auto cookies = detail::choose_cookies(request.cookie, *key);
  if (key->is_test && !cookies.has_browser_token) {
    return out_of_step(request, "dev-browser-missing");
  }
  const bool has_client = cookies.client_uat != 0;
  const bool has_session = !cookies.session.empty();
  if (!has_client && !has_session) return signed_out("session-token-and-uat-missing");
  if (!has_client) return out_of_step(request, "session-token-but-no-client-uat");
  if (!has_session) return out_of_step(request, "client-uat-but-no-session-token");
  if (detail::unproven_iat(cookies.session) < cookies.client_uat) {
    return out_of_step(request, "session-token-iat-before-client-uat");
  }
  return with_cookie(request, cookies.session, options);
}

}  // namespace

std::string_view to_string(RequestStatus status) {
  return status == RequestStatus::signed_in ? "signed-in" : "signed-out";
}

RequestState authenticate_request(const IncomingRequest& request,
                                  const AuthenticateRequestOptions& options) {
  const auto token = bearer_token(request.authorization);
  if (token.empty()) return with_cookies(request, options);
  return state_of(verify_token(token, options.verify_token), options);
}

}  // namespace clerk_backend_api
