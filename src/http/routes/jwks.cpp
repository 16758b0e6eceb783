#include "http/routes/routes.hpp"
#include "wire/json.hpp"

namespace tenens::http::routes::jwks {
namespace {

std::string key_set(const Context& context, const InstanceId& instance_id) {
  wire::Writer writer;
  writer.begin_object().name("keys").begin_array();
  const auto now = context.services.clock.now();
  for (const auto& signer : context.services.keyring.published(instance_id, now)) {
    writer.raw(signer->jwk);
  }
  return writer.end_array().end_object().take();
}

}  // namespace

Answer for_backend(const Context& context) {
  return json(key_set(context, context.caller.instance_id));
}

Answer for_everybody(const Context& context) {
  auto reply = json(key_set(context, context.visitor.instance_id));
  reply.headers.add("Cache-Control", "public, max-age=60");
  return reply;
}

}  // namespace tenens::http::routes::jwks
