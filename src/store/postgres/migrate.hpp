// Brings a database's schema up to date; several nodes may start at once.
#pragma once

#include <span>
#include <string_view>

#include "store/postgres/connection.hpp"

namespace tenens::store::postgres {

/// Throws StoreError, with a text for the operator, if the schema is newer than this program, or if
/// its tables' names are taken by another's.
void migrate(Connection& connection, std::span<const std::string_view> steps);

}  // namespace tenens::store::postgres
