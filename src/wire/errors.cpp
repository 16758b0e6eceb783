#include "wire/errors.hpp"

#include "wire/members.hpp"

namespace tenens::wire {

std::string to_json(std::span<const ErrorItem> errors, std::string_view clerk_trace_id) {
  Writer writer;
  writer.begin_object().name("errors").begin_array();
  for (const auto& error : errors) {
    writer.begin_object()
        .member("message", error.message)
        .member("long_message", error.long_message)
        .member("code", error.code)
        .member("meta", error.meta)
        .end_object();
  }
  writer.end_array();
  if (!clerk_trace_id.empty()) writer.member("clerk_trace_id", clerk_trace_id);
  return writer.end_object().take();
}

ErrorBody to_error_body(std::string_view body) {
  ErrorBody result;
  const auto value = clerk_backend_api::parse_json(body);
  if (!value) return result;

  Members members(*value);
  result.clerk_trace_id = members.string("clerk_trace_id").value_or("");
  const auto* errors = members.array("errors");
  if (errors == nullptr) return result;
  for (const auto& entry : *errors) {
    if (entry.if_object() == nullptr) continue;
    Members error(entry);
    result.errors.push_back({.code = error.string("code").value_or(""),
                             .message = error.string("message").value_or(""),
                             .long_message = error.string("long_message").value_or(""),
                             .meta = error.object("meta").value_or(Object{})});
  }
  return result;
}

}  // namespace tenens::wire
