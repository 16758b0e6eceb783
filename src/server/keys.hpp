// `tenensd keys …`: what signs, and how it is stored. A file must not be open in a server; servers
// on PostgreSQL see a change within a second.
#pragma once

#include "server/config.hpp"

namespace tenens::server {

/// Each returns the process's exit status: 0, or 1 with the reason on stderr.
[[nodiscard]] int rotate_keys(const Config& config);
[[nodiscard]] int list_keys(const Config& config);
[[nodiscard]] int reencrypt_keys(const Config& config);

}  // namespace tenens::server
