// `tenensd audit verify`.
#pragma once

#include "server/config.hpp"

namespace tenens::server {

/// Prints findings; exit status 1 if the audit is not what it was.
[[nodiscard]] int verify_audit(const Config& config);

}  // namespace tenens::server
