// What a handshake tells the application's back end to set, and the short text that stands for it.
#pragma once

#include <string>
#include <vector>

#include "core/services.hpp"
#include "http/site.hpp"

namespace tenens::http {

inline constexpr std::string_view kHandshakeCookie = "__clerk_handshake";
/// Of a handshake's token, its nonce and their cookie.
inline constexpr seconds kHandshakeLife{60};

/// What the browser's visit has found out.
struct Handshake {
  std::string session_id = {};    // empty: signed out
  std::int64_t signed_in_at = 0;  // Unix seconds; 0: signed out
  std::string origin = {};        // the application's
  std::string uat_domain = {};    // of `__client_uat`; empty: the application's host alone
  std::string dev_browser = {};   // empty in production
};

/// `Set-Cookie` strings for the application's host; no `jwt` deletes the session's cookies.
[[nodiscard]] std::vector<std::string> directives_of(const Handshake& handshake,
                                                     const std::string& jwt, const Site& site);

// The nonce is a reference that this instance signed, and nothing is kept about it: any node can
// answer. It may be used again within its minute, and must be: with a live key it is a cookie that
// Clerk's SDKs do not delete, so they ask with it at every request until it expires. Why that is
// enough: by itself it opens nothing, since only a back end with the secret key can turn it into
// cookies, and whether the session still lives is judged each time. What is left is somebody who
// gets at the browser's address (test keys) or HttpOnly cookie (live keys) within that minute and
// shows it to the same application; the token form is open to them, too, and cannot be called back.
[[nodiscard]] std::string mint_nonce(const Handshake& handshake, const InstanceId& instance_id,
                                     const Services& services);

/// Failures: handshake_invalid for one that is forged, foreign or expired.
[[nodiscard]] Result<Handshake> verify_nonce(const std::string& nonce,
                                             const InstanceId& instance_id,
                                             const Services& services);

}  // namespace tenens::http
