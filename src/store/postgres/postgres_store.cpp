#include "store/postgres/postgres_store.hpp"

#include <utility>

#include "store/postgres/cluster.hpp"
#include "store/postgres/migrate.hpp"
#include "store/postgres/read_pool.hpp"
#include "store/schema/postgres_migrations.hpp"
#include "store/transfer/postgres_target.hpp"

namespace tenens::store {
namespace {

using postgres::Connection;

constexpr auto kStartTime = std::chrono::seconds(10);  // for what is asked once the schema is there

// For a lock that another transaction holds, in company. Longer than nodes wait for each other's
// commits, shorter than a batch's whole time.
constexpr std::string_view kPatience = "SET lock_timeout = '1s'";

std::unique_ptr<Connection> connect_writer(const PostgresOptions& options) {
  auto connection = std::make_unique<Connection>(options.url);
  connection->execute(kPatience);
  postgres::insist_on_durable_commits(*connection);
  // After a failover this may be a host that has no standby yet.
  if (options.require_sync_standby)
    postgres::require_sync_standby(postgres::promise_of(*connection));
  return connection;
}

class PooledStore final : public PostgresStore {
 public:
  PooledStore(const PostgresOptions& options, ClusterPromise promise, Connection& connection)
      : promise_(std::move(promise)),
        writer_([options] { return connect_writer(options); }, clock_,
                {.max_batch = options.max_batch, .threads = options.writers}),
        readers_([url = options.url] { return std::make_unique<Connection>(url); }, clock_,
                 options.readers) {
    clock_.refresh(connection);
  }

  Done write(const std::function<Done(WriteTx&)>& work) override { return writer_.write(work); }
  Done read(const std::function<Done(ReadTx&)>& work) override { return readers_.read(work); }
  const Clock& clock() const override { return clock_; }
  const ClusterPromise& promise() const override { return promise_; }

 private:
  postgres::DatabaseClock clock_;
  const ClusterPromise promise_;
  postgres::GroupCommit writer_;
  postgres::ReadPool readers_;
};

}  // namespace

std::unique_ptr<PostgresStore> open_postgres(const PostgresOptions& options) {
  const auto place = printable_database(options.url);  // before libpq can quote it
  try {
    Connection connection(options.url);
    postgres::migrate(connection, kPostgresMigrations);
    connection.set_deadline(std::chrono::steady_clock::now() + kStartTime);
    transfer::refuse_unfinished(connection);
    postgres::insist_on_durable_commits(connection);
    auto promise = postgres::promise_of(connection);
    if (options.require_sync_standby) postgres::require_sync_standby(promise);
    return std::make_unique<PooledStore>(options, std::move(promise), connection);
  } catch (const postgres::PostgresError& error) {
    throw StoreError("cannot open " + place + ": " + error.what());
  }
}

std::string printable_database(const std::string& url) {
  return postgres::printable_place(url);
}

}  // namespace tenens::store
