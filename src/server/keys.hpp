// `tenensd keys …`: signing keys, while no server has the database open.
#pragma once

#include "server/config.hpp"

namespace tenens::server {

/// Each returns the process's exit status: 0, or 1 with the reason on stderr.
[[nodiscard]] int rotate_keys(const Config& config);
[[nodiscard]] int list_keys(const Config& config);

}  // namespace tenens::server
