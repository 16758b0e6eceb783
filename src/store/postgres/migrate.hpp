// Brings a database's schema up to date; several nodes may start at once.
#pragma once

#include <span>

#include "store/postgres/connection.hpp"
#include "store/schema/postgres_migrations.hpp"

namespace tenens::store::postgres {

/// Throws StoreError, with a text for the operator, if the schema is newer than this program (but
/// for one step that expands), or if its tables' names are taken by another's.
void migrate(Connection& connection, std::span<const Migration> steps);

/// 0: there is no schema.
[[nodiscard]] std::int64_t schema_version(Connection& connection);
/// True if a program that knows versions up to `known` can work on `version`.
[[nodiscard]] bool speaks(Connection& connection, std::int64_t known, std::int64_t version);

}  // namespace tenens::store::postgres
