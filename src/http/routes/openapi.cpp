#include "http/routes/routes.hpp"
#include "http/web_files.hpp"

namespace tenens::http::routes::openapi {

Answer get(const Context&) {
  Reply reply{.content_type = kJson, .constant = web_file("openapi.json")};
  reply.headers.add("Cache-Control", "public, max-age=300");
  return reply;
}

}  // namespace tenens::http::routes::openapi
