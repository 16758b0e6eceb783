// Cookies: read one, write one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace tenens::http {

/// Names a development browser: a query parameter to us, a cookie of the application's host.
inline constexpr std::string_view kDevBrowser = "__clerk_db_jwt";

/// Nothing if there is none of that name, if it is empty, or if there are two that differ.
[[nodiscard]] std::optional<std::string> find_cookie(const Request& request, std::string_view name);

struct Cookie {
  std::string name;
  std::string value;
  std::string path = "/";
  std::string domain = {};                           // empty: this host alone
  std::optional<std::chrono::seconds> max_age = {};  // none: until the browser closes
  bool http_only = true;
  bool same_site_strict = false;  // otherwise Lax
  bool secure = false;
};

/// The value of a `Set-Cookie` header.
[[nodiscard]] std::string to_set_cookie(const Cookie& cookie);

}  // namespace tenens::http
