// Keeps other pages from sending our forms: a token in the form that must equal one in a cookie,
// and what the browser itself says about where the form stood.
#pragma once

#include "http/route.hpp"

namespace tenens::http {

struct FormToken {
  std::string value;
  std::string set_cookie;  // to be sent with the page that holds the form
};

/// The browser's present token, so that a second tab does not spoil the first, or a new one.
[[nodiscard]] FormToken form_token(const Context& context);

/// Failures: not_from_this_page.
[[nodiscard]] Done check_form(const Context& context, const Params& form);

}  // namespace tenens::http
