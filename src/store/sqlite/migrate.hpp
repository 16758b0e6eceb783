// Brings a database to the schema that this program speaks.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/sqlite/sqlite_db.hpp"

namespace tenens::store {

/// Applies what is missing, in one transaction: all of it or nothing. Throws StoreError, and leaves
/// the file as it was, if it belongs to another program or to a newer version of this one.
void migrate(Db& db, const std::string& path, std::span<const std::string_view> steps);

/// The version it has. Throws StoreError if it is another program's, or newer than `latest`.
std::int64_t check_version(Db& db, const std::string& path, std::size_t latest);

}  // namespace tenens::store
