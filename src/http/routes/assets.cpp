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
    Reply reply{.content_type = std::string(content_type), .body = std::string(web_file(name))};
    reply.headers.add("Cache-Control", "public, max-age=300");
    return reply;
  }
  return refused(Failure{Code::url_not_found});
}

}  // namespace tenens::http::routes::assets
