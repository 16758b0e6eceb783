// What the cluster behind a connection promises about a commit.
#pragma once

#include "store/postgres/connection.hpp"
#include "store/postgres/postgres_store.hpp"

namespace tenens::store::postgres {

/// Throws PostgresError.
[[nodiscard]] ClusterPromise promise_of(Connection& connection);

/// Which history the host goes on with, counted from 1: each promotion begins one. 0 where the
/// server does not tell.
[[nodiscard]] std::int64_t timeline_of(Connection& connection);

/// Throws StoreError if a commit could be acknowledged without a second host that has it.
void require_sync_standby(const ClusterPromise& promise);

/// Commits on this connection reach the disk before they are acknowledged, whatever the server's
/// default.
void insist_on_durable_commits(Connection& connection);

/// Throws StoreError if the database cannot hold every text.
void insist_on_utf8(Connection& connection);

}  // namespace tenens::store::postgres
