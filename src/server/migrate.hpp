// `tenensd migrate`: from a file to PostgreSQL, by one command.
#pragma once

#include "server/config.hpp"

namespace tenens::server {

/// Returns the process's exit status: 0 when the target is complete, 1 with the reason on stderr.
[[nodiscard]] int migrate(const Config& config);

}  // namespace tenens::server
