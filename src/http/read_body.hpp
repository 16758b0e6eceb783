// Request bodies: which kinds are taken, and the fields of a form.
#pragma once

#include "http/message.hpp"

namespace tenens::http {

/// A back end's body is JSON, or there is none. Failures: content_type_unsupported.
[[nodiscard]] Done check_json_body(const Request& request);

/// The fields of a form, `application/x-www-form-urlencoded` or an object of JSON; of the latter
/// only the texts. Failures: content_type_unsupported, body_not_json, and param_invalid for a field
/// that comes twice.
[[nodiscard]] Result<Params> read_form(const Request& request);

}  // namespace tenens::http
