// HTML pages: templates of web/ filled through one escape function, with the headers that keep a
// page to itself.
#pragma once

#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "clerk_backend_api/value.hpp"
#include "http/message.hpp"
#include "http/site.hpp"

namespace tenens::http {

/// Safe as text and within quoted attributes.
[[nodiscard]] std::string escape_html(std::string_view text);

/// Replaces `{{name}}` by its escaped value. What stands between `{{?name}}` and `{{/name}}` is
/// kept only where the value is not empty. There is no way to insert a value unescaped.
[[nodiscard]] std::string fill_template(std::string_view text, const Params& values);

/// The page of that name in web/, within the layout. `{{base}}` is the path below which we are.
/// Browsers let its form lead to this server and, if named, to an origin that it redirects to.
[[nodiscard]] Reply html_page(int status, std::string_view name, Params values, const Site& site,
                              const std::string& form_origin = {});

/// What a person can do about a failure, as a page with the failure's status.
[[nodiscard]] Reply error_page(const Failure& failure, const Site& site,
                               const std::string& trace_id);

/// `303 See Other`, which no method survives.
[[nodiscard]] Reply see_other(std::string location);

/// `23 Nov 2026, 20:03:06 UTC`
[[nodiscard]] std::string to_utc_text(Instant at);
/// `2 hours 5 minutes`, to the nearest minute; below one, in seconds.
[[nodiscard]] std::string to_duration_text(seconds duration);
/// The same of an idle limit; empty where the session is over before that.
[[nodiscard]] std::string to_idle_text(seconds idle_limit, milliseconds session_life);
/// For reading: two spaces a level.
[[nodiscard]] std::string to_indented_json(const clerk_backend_api::Value& value);

}  // namespace tenens::http
