#include <array>

#include "http/routes/routes.hpp"
#include "http/web_files.hpp"

namespace tenens::http::routes::assets {
namespace {

struct Asset {
  std::string_view name;
  std::string_view content_type;
};

// A list, not a folder: templates are embedded, too, and are nobody's business.
constexpr std::array<Asset, 2> kAssets{
    {{"page.css", "text/css; charset=utf-8"}, {"page.js", "text/javascript; charset=utf-8"}}};

}  // namespace

Answer get(const Context& context) {
  for (const auto& [name, content_type] : kAssets) {
    if (name != context.id("asset")) continue;
    Reply reply{.content_type = content_type, .constant = web_file(name)};
    reply.headers.add("Cache-Control", "public, max-age=300");
    return reply;
  }
  return refused(Failure{Code::url_not_found});
}

Answer banner(const Context&) {
  static constexpr std::string_view kStyle = "{{style}}";
  Reply reply{.content_type = "text/javascript; charset=utf-8",
              .body = std::string(web_file("banner.js"))};
  const auto at = reply.body.find(kStyle);
  if (at != std::string::npos) reply.body.replace(at, kStyle.size(), web_file("banner.css"));
  // Loaded by pages of other origins, also by those with `Cross-Origin-Embedder-Policy` or an
  // integrity to check. There is nothing in it that depends on who asks.
  reply.headers.add("Access-Control-Allow-Origin", "*");
  reply.headers.add("Cross-Origin-Resource-Policy", "cross-origin");
  reply.headers.add("Cache-Control", "public, max-age=300");
  return reply;
}

}  // namespace tenens::http::routes::assets
