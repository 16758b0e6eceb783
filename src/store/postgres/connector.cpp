#include "store/postgres/connector.hpp"

#include "store/postgres/cluster.hpp"

namespace tenens::store::postgres {
namespace {

// For a lock that another transaction holds, in company. Longer than nodes wait for each other's
// commits, shorter than a batch's whole time.
constexpr std::string_view kSetPatience = "SET lock_timeout = '1s'";

}  // namespace

Connector::Connector(std::string url, bool require_sync_standby)
    : url_(std::move(url)), hosts_(hosts_of(url_)), require_sync_standby_(require_sync_standby) {}

std::unique_ptr<Connection> Connector::connect() {
  return open(false);
}

std::unique_ptr<Connection> Connector::connect_writer() {
  return open(true);
}

std::unique_ptr<Connection> Connector::open(bool for_writes) {
  auto connection = std::make_unique<Connection>(url_);
  try {
    admit(*connection, for_writes);
    return connection;
  } catch (const StoreError&) {
    // libpq takes the first host that accepts writes; another may be the one.
    if (hosts_.size() < 2) throw;
  }
  std::string trouble = "no host of the URL can be used";
  for (const auto& host : hosts_) {
    try {
      connection = std::make_unique<Connection>(url_, &host);
      admit(*connection, for_writes);
      return connection;
    } catch (const StoreError& error) {
      trouble = error.what();
    }
  }
  throw StoreError(trouble);
}

void Connector::admit(Connection& connection, bool for_writes) {
  const auto timeline = timeline_of(connection);
  connection.set_timeline(timeline);
  auto newest = newest_timeline_.load();
  while (newest < timeline && !newest_timeline_.compare_exchange_weak(newest, timeline)) {
  }
  if (timeline < newest) {
    throw StoreError(connection.place() + " is a former primary: another host has been promoted");
  }
  if (!for_writes) return;
  connection.execute(kSetPatience);
  insist_on_durable_commits(connection);
  // After a failover this may be a host that has no standby yet.
  if (require_sync_standby_) require_sync_standby(promise_of(connection));
}

void Connector::survey() {
  if (hosts_.size() < 2) return;
  for (const auto& host : hosts_) {
    try {
      Connection connection(url_, &host);
      admit(connection, false);
    } catch (const StoreError&) {
      // Away, a standby, or overtaken: not the one, and no matter now.
    }
  }
}

}  // namespace tenens::store::postgres
