// The server's life: open, announce, serve until told to stop, drain.
#pragma once

#include "server/config.hpp"

namespace tenens::server {

/// Returns the process's exit status: 0 after SIGTERM or SIGINT, 1 with the reason on stderr if the
/// server could not start.
[[nodiscard]] int serve(const Config& config);

}  // namespace tenens::server
