// Connections that only read, on snapshots; as many as are allowed, opened when needed.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "store/postgres/connector.hpp"
#include "store/postgres/database_clock.hpp"
#include "store/postgres/transaction.hpp"

namespace tenens::store::postgres {

class ReadPool {
 public:
  ReadPool(Connector& connector, DatabaseClock& clock, std::size_t connections);

  /// Runs on the caller's thread; waits a bounded time while all connections are in use.
  Done read(const std::function<Done(ReadTx&)>& work);

 private:
  /// Gives back however the work ends.
  struct Loan {
    ReadPool& pool;
    std::unique_ptr<Connection> connection;
    ~Loan() { pool.give_back(std::move(connection)); }
  };

  void begin(Loan& loan);
  std::unique_ptr<Connection> borrow(SteadyTime deadline);
  void give_back(std::unique_ptr<Connection> connection);

  Connector& connector_;
  DatabaseClock& clock_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t unused_;  // that may still be opened
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace tenens::store::postgres
