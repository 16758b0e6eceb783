// The proxy that libcurl goes through, to be named where it may be what is not there.
#pragma once

#include <functional>
#include <string>

namespace tenens::cli {

/// What a variable of the environment says; empty if it is not set.
using Environment = std::function<std::string(const std::string& name)>;

/// The variable that sends requests to `url` through a proxy, as libcurl reads them; empty if none
/// does. Networks in no_proxy (`10.0.0.0/8`) are not looked at.
[[nodiscard]] std::string proxy_variable_for(const std::string& url,
                                             const Environment& environment);

}  // namespace tenens::cli
