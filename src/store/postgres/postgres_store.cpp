#include "store/postgres/postgres_store.hpp"

#include <utility>

#include "store/postgres/cluster.hpp"
#include "store/postgres/group_commit.hpp"
#include "store/postgres/migrate.hpp"
#include "store/postgres/pulse.hpp"
#include "store/postgres/read_pool.hpp"
#include "store/schema/postgres_migrations.hpp"
#include "store/transfer/postgres_target.hpp"
#include "tasks/scheduler.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens::store {
namespace {

using postgres::Connection;
using postgres::Connector;

constexpr auto kStartTime = std::chrono::seconds(10);  // for what is asked once the schema is there

class PooledStore final : public PostgresStore {
 public:
  PooledStore(const PostgresOptions& options, std::unique_ptr<Connector> connector,
              ClusterPromise promise, Connection& connection)
      : connector_(std::move(connector)),
        promise_(std::move(promise)),
        unknown_(options.on_unknown_outcome),
        writer_(*connector_, clock_, unknown_,
                {.max_batch = options.max_batch, .threads = options.writers}),
        readers_(*connector_, clock_, options.readers),
        pulse_(*connector_, unknown_),
        read_threads_(static_cast<unsigned>(options.readers)) {
    clock_.refresh(connection);
  }

  Done write(const std::function<Done(WriteTx&)>& work) override { return submit(work, nullptr); }
  Done write_foreseen(const std::function<Foresight()>& foresee,
                      const std::function<Done(WriteTx&)>& work) override {
    const auto about = foresee();
    return submit(work, &about);
  }
  /// Every read is a round trip, which a task leaves to another thread.
  Done read(const std::function<Done(ReadTx&)>& work) override {
    const auto read_here = [&]() -> Done {
      if (pulse_.is_lost()) return refuse(Code::unavailable, {}, kSilent);
      return readers_.read(work);
    };
    return tasks::Scheduler::is_in_task() ? read_threads_.run(read_here) : read_here();
  }
  Done check() override {
    return pulse_.is_well() ? Done() : refuse(Code::unavailable, {}, kSilent);
  }
  const Clock& clock() const override { return clock_; }
  const ClusterPromise& promise() const override { return promise_; }

 private:
  static constexpr auto kSilent = "the database does not answer";

  Done submit(const std::function<Done(WriteTx&)>& work, const Foresight* about) {
    if (pulse_.is_lost()) return refuse(Code::unavailable, {}, kSilent);
    if (unknown_.is_full()) return refuse(Code::unavailable, {}, "too many outcomes are unknown");
    return writer_.write(work, about);
  }

  const std::unique_ptr<Connector> connector_;
  postgres::DatabaseClock clock_;
  const ClusterPromise promise_;
  postgres::UnknownOutcomes unknown_;
  postgres::GroupCommit writer_;
  postgres::ReadPool readers_;
  postgres::Pulse pulse_;
  tasks::WorkerPool read_threads_;  // last: they use everything above
};

}  // namespace

std::unique_ptr<PostgresStore> open_postgres(const PostgresOptions& options) {
  const auto place = postgres::printable_place(options.url);  // before libpq can quote it
  try {
    auto connector = std::make_unique<Connector>(options.url, options.require_sync_standby);
    connector->survey();
    const auto connection = connector->connect();
    postgres::insist_on_utf8(*connection);
    if (!options.may_be_new && postgres::schema_version(*connection) == 0) {
      throw StoreError(place + " has no tables of tenensd: no server has started on it");
    }
    postgres::migrate(*connection, kPostgresMigrations);
    connection->set_deadline(std::chrono::steady_clock::now() + kStartTime);
    transfer::refuse_unfinished(*connection);
    postgres::insist_on_durable_commits(*connection);
    auto promise = postgres::promise_of(*connection);
    if (options.require_sync_standby) postgres::require_sync_standby(promise);
    return std::make_unique<PooledStore>(options, std::move(connector), std::move(promise),
                                         *connection);
  } catch (const postgres::PostgresError& error) {
    throw StoreError("cannot open " + place + ": " + error.what());
  }
}

}  // namespace tenens::store
