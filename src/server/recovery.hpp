// `tenensd recover`: an operator takes a restored database for what it is.
#pragma once

#include "server/config.hpp"

namespace tenens::server {

/// Returns the process's exit status: 0, or 1 with the reason on stderr.
[[nodiscard]] int recover(const Config& config);

}  // namespace tenens::server
