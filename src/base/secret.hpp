// The SDK's promise and the server's own secrets are one type.
#pragma once

#include "clerk_backend_api/secret.hpp"

namespace tenens {

using clerk_backend_api::Secret;

}  // namespace tenens
