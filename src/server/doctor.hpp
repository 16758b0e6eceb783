// `tenensd doctor`: what is wrong with a database. Changes nothing.
#pragma once

#include "server/config.hpp"

namespace tenens::server {

/// Prints its findings. Returns the process's exit status: 0, or 1 if something is wrong.
[[nodiscard]] int doctor(const Config& config);

}  // namespace tenens::server
