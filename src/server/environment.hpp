// The variables that stand for flags.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace tenens::server {

/// `--public-url`: `TENENS_PUBLIC_URL`.
[[nodiscard]] std::string env_name(std::string_view flag);

/// Empty is not set, as for CLI11.
[[nodiscard]] bool is_set(const std::string& variable);

/// Warns of each variable whose name is almost one of ours: a setting that is misspelt is not used.
void warn_of_misspelt_variables(const CLI::App& app);

}  // namespace tenens::server
