// The TOML file, as if its keys had been typed as flags.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tenens::server {

/// Of `typed` (argv), or of the environment; empty: there is none.
[[nodiscard]] std::string config_path(const std::vector<std::string>& typed);

/// The arguments that a file stands for, less those that `typed` (argv) or the environment already
/// give. Throws CLI::ValidationError with file, line and reason for what cannot be read or is not
/// known.
[[nodiscard]] std::vector<std::string> arguments_of_file(const CLI::App& app,
                                                         const std::string& path,
                                                         const std::vector<std::string>& typed);

}  // namespace tenens::server
