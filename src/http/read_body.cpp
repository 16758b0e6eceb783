#include "http/read_body.hpp"

#include "clerk_backend_api/value.hpp"
#include "http/route.hpp"
#include "http/url_text.hpp"

namespace tenens::http {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

/// Without parameters such as `; charset=utf-8`.
std::string_view media_type(const Request& request) {
  const auto header = request.header("content-type");
  return trim(header.substr(0, header.find(';')));
}

/// What a header says, for an answer: that is JSON, and a header may be any bytes.
std::string shown(std::string_view header) {
  const bool readable = std::all_of(header.begin(), header.end(), is_printable);
  return readable ? std::string(header) : "(not ASCII)";
}

tl::unexpected<Failure> unsupported(const Request& request, std::string_view wanted) {
  const auto type = request.header("content-type");
  return refuse(Code::content_type_unsupported, type.empty() ? "(none)" : shown(type),
                std::string(wanted));
}

/// A compressed body is not ours to unpack: a small one may become a huge one.
Done check_encoding(const Request& request) {
  const auto encoding = request.header("content-encoding");
  if (encoding.empty() || equal_ignoring_case(encoding, "identity")) return {};
  return refuse(Code::content_encoding_unsupported, shown(encoding));
}

Result<Params> form_of_json(std::string_view body) {
  const auto value = clerk_backend_api::parse_json(body);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return refuse(Code::body_not_json);
  Params form;
  for (const auto& [name, content] : *object) {
    if (const auto* text = content.if_string()) form.add(name, *text);
  }
  return form;
}

}  // namespace

Done check_json_body(const Request& request) {
  if (request.body.empty()) return {};
  if (const auto plain = check_encoding(request); !plain) return plain;
  if (!equal_ignoring_case(media_type(request), kJson)) return unsupported(request, kJson);
  return {};
}

Result<Params> read_form(const Request& request) {
  if (request.body.empty()) return Params{};
  if (const auto plain = check_encoding(request); !plain) return tl::unexpected(plain.error());
  const auto type = media_type(request);
  if (equal_ignoring_case(type, kJson)) return form_of_json(request.body);
  if (!equal_ignoring_case(type, kForm)) return unsupported(request, kForm);

  auto form = parse_params(request.body);
  if (!form) return refuse(Code::body_not_json);
  for (const auto& [name, value] : *form) {
    // Whoever takes the first and whoever takes the last would see two different requests.
    if (form->count(name) > 1) return refuse(Code::param_invalid, name, "must be given once");
  }
  return *std::move(form);
}

}  // namespace tenens::http
