// The files of web/, which the build puts into the binary.
#pragma once

#include <string_view>

namespace tenens::http {

/// Empty if there is no file of that name.
[[nodiscard]] std::string_view web_file(std::string_view name);

}  // namespace tenens::http
