// Clerk's cookies among those of a request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clerk_backend_api::detail {

/// What a publishable key says: `pk_test_` or `pk_live_`, then base64 of the Frontend API's host
/// and a `$`.
struct PublishableKey {
  bool is_test = false;
  std::string issuer;         ///< `https://` and the host
  std::string cookie_suffix;  ///< `_` and 8 characters
};

[[nodiscard]] std::optional<PublishableKey> parse_publishable_key(std::string_view text);

/// The value of the first cookie of that name, or empty.
[[nodiscard]] std::string_view cookie_of(std::string_view header, std::string_view name);

/// What a browser holds of an instance. Nothing of it is proven.
struct SessionCookies {
  std::string_view session = {};   ///< the JWT
  std::int64_t client_uat = 0;     ///< Unix seconds of the last sign-in or sign-out; 0: signed out
  bool has_browser_token = false;  ///< `__clerk_db_jwt`
};

/// The pair to go by: the one with this key's suffix, if it is there and not the staler of the two.
[[nodiscard]] SessionCookies choose_cookies(std::string_view header, const PublishableKey& key);

/// The `iat` of a token nobody has verified yet, or 0.
[[nodiscard]] std::int64_t unproven_iat(std::string_view token);

}  // namespace clerk_backend_api::detail
