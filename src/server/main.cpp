// tenensd. The one place that knows which parts were chosen.
#include <iostream>

#include "server/audit_verification.hpp"
#include "server/config.hpp"
#include "server/doctor.hpp"
#include "server/fail.hpp"
#include "server/keys.hpp"
#include "server/migrate.hpp"
#include "server/private_memory.hpp"
#include "server/recovery.hpp"
#include "server/serve.hpp"
#include "server/standard_streams.hpp"

namespace tenens::server {
namespace {

int run(const Config& config) {
  switch (config.command) {
    case Command::rotate_keys: return rotate_keys(config);
    case Command::list_keys: return list_keys(config);
    case Command::recover: return recover(config);
    case Command::reencrypt_keys: return reencrypt_keys(config);
    case Command::migrate: return migrate(config);
    case Command::doctor: return doctor(config);
    case Command::verify_audit: return verify_audit(config);
    case Command::serve: break;
  }
  return serve(config);
}

}  // namespace
}  // namespace tenens::server

int main(int argc, char** argv) {
  using namespace tenens::server;
  keep_standard_streams_open();
  keep_memory_private();
  const auto read = read_config(argc, argv);
  if (const auto* exit = std::get_if<Exit>(&read)) return exit->code;
  const int code = run(std::get<Config>(read));
  return std::cout.flush() ? code : fail("the output could not be written");
}
