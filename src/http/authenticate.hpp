// Who asks. Whether they may is for core/policy and the routes to say.
#pragma once

#include "core/caller.hpp"
#include "core/keyring.hpp"
#include "http/message.hpp"
#include "http/site.hpp"

namespace tenens::http {

inline constexpr std::string_view kClientCookie = "__client";

/// The back end behind the Authorization header. Failures: authentication_missing,
/// authorization_malformed, secret_key_unknown.
[[nodiscard]] Result<Caller> caller_of(const Request& request, const Keyring& keyring);

/// Any date will do, also one that is newer than every published version: SDKs run ahead. Failures:
/// api_version_conflict, for two versions in one request and for what is no date.
[[nodiscard]] Done check_api_version(const Request& request);

/// A browser, which may be anybody. Its origin becomes the `azp` of session JWTs.
[[nodiscard]] Visitor visitor_of(const Request& request, const Keyring& keyring, const Site& site);

}  // namespace tenens::http
