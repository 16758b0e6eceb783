// Forms, queries, targets, cookies and origins. What is read once must read the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/percent_encode.hpp"
#include "http/cookies.hpp"
#include "http/router.hpp"
#include "http/site.hpp"
#include "http/url_text.hpp"
#include "sdk/request_cookies.hpp"

using namespace tenens::http;
using tenens::percent_encode;

namespace {

void check_params(std::string_view text) {
  const auto params = parse_params(text);
  if (!params) return;
  std::string again;
  for (const auto& [name, value] : *params) {
    if (name.empty() && value.empty()) return;  // `=` alone has no other way to be written
    if (!again.empty()) again += '&';
    again += percent_encode(name) + "=" + percent_encode(value);
  }
  const auto reread = parse_params(again);
  if (!reread || !std::equal(params->begin(), params->end(), reread->begin(), reread->end())) {
    std::abort();
  }
}

void check_target(std::string_view text) {
  static const Router router(route_table());
  const auto target = parse_target(text);
  if (!target) return;
  static_cast<void>(router.find(target->path));
}

/// An origin is its own origin, and has nothing in it that a header must not have.
void check_origin(std::string_view text) {
  static const Site site(AppOptions{.app_url = "https://app.example.com"});
  const auto origin = origin_of(text);
  if (origin && origin_of(*origin) != origin) std::abort();
  if (site.admits(text) && origin_of(text) != std::string(text)) std::abort();
}

void check_cookies(const std::string& text) {
  static const auto key =
      clerk_backend_api::detail::parse_publishable_key("pk_live_Y2xlcmsubG9jYWxob3N0JA").value();
  Request request;
  request.headers.add("Cookie", text);
  static_cast<void>(find_cookie(request, "__client"));
  const auto cookies = clerk_backend_api::detail::choose_cookies(text, key);
  static_cast<void>(clerk_backend_api::detail::unproven_iat(cookies.session));
  static_cast<void>(clerk_backend_api::detail::parse_publishable_key(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_params(text);
  check_target(text);
  check_origin(text);
  check_cookies(text);
  if (const auto decoded = percent_decode(text)) {
    if (percent_decode(percent_encode(*decoded)) != decoded) std::abort();
  }
  return 0;
}
