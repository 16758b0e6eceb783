// What the environment says that nobody hears.
#pragma once

#include <CLI/CLI.hpp>

namespace tenens::server {

/// Warns of each variable whose name is almost one of ours: a setting that is misspelt is not used.
void warn_of_misspelt_variables(const CLI::App& app);

}  // namespace tenens::server
