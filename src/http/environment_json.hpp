// The Frontend API's `Client.Environment`: what Clerk's components want to know about an instance.
#pragma once

#include <string>

#include "http/site.hpp"

namespace tenens::http {

/// The whole shape of the specification. Nearly everything in it is off: there is one way to sign
/// in.
[[nodiscard]] std::string environment_json(const Site& site, bool single_session);

}  // namespace tenens::http
