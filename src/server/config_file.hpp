// The TOML file, as if its keys had been typed as flags.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tenens::server {

/// Of `typed` (argv), or of the environment; empty: there is none.
[[nodiscard]] std::string config_path(const std::vector<std::string>& typed);

/// What a file stands for: arguments, less those that `typed` (argv) or the environment already
/// give.
struct FileArguments {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> places;  // of each flag: `tenens.toml, line 3: max_token_life`
};

/// Throws CLI::ValidationError with file, line and reason for what cannot be read or is not
/// known.
[[nodiscard]] FileArguments arguments_of_file(const CLI::App& app, const std::string& path,
                                              const std::vector<std::string>& typed);

[[nodiscard]] bool is_typed(const std::vector<std::string>& typed, const std::string& flag);

}  // namespace tenens::server
