#include "http/page.hpp"

#include "http/web_files.hpp"

namespace tenens::http {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'";

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

std::string value_of(const Params& values, std::string_view name) {
  const auto* value = values.find(name);
  return value == nullptr ? std::string() : *value;
}

/// The layout with the page in it, both still templates.
std::string compose(std::string_view layout, std::string_view content) {
  static constexpr std::string_view kContent = "{{content}}";
  std::string whole(layout);
  const auto at = whole.find(kContent);
  if (at != std::string::npos) whole.replace(at, kContent.size(), content);
  return whole;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string fill_template(std::string_view text, const Params& values) {
  std::string filled;
  for (;;) {
    const auto open = std::min(text.find(kOpen), text.size());
    filled += text.substr(0, open);
    const auto close = text.find(kClose, open);
    if (close == std::string_view::npos) return filled;
    const auto name = text.substr(open + kOpen.size(), close - open - kOpen.size());
    text.remove_prefix(close + kClose.size());

    if (name.starts_with('?')) {
      const auto end = "{{/" + std::string(name.substr(1)) + "}}";
      const auto size = std::min(text.find(end), text.size());
      if (!value_of(values, name.substr(1)).empty()) {
        filled += fill_template(text.substr(0, size), values);
      }
      text.remove_prefix(std::min(size + end.size(), text.size()));
    } else {
      filled += escape_html(value_of(values, name));
    }
  }
}

Reply html_page(int status, std::string_view name, Params values, const Site& site,
                const std::string& form_origin) {
  values.add("base", site.base_path());
  Reply reply{.status = status, .content_type = "text/html; charset=utf-8"};
  reply.body = fill_template(compose(web_file("layout.html"), web_file(name)), values);
  reply.headers.add("Content-Security-Policy",
                    std::string(kPolicy) + (form_origin.empty() ? "" : " " + form_origin));
  reply.headers.add("Referrer-Policy", "no-referrer");
  reply.headers.add("Cross-Origin-Opener-Policy", "same-origin");
  return reply;
}

Reply see_other(std::string location) {
  Reply reply{.status = 303};
  reply.headers.add("Location", std::move(location));
  reply.headers.add("Referrer-Policy", "no-referrer");
  return reply;
}

}  // namespace tenens::http
