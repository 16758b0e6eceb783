#include "store/postgres/read_pool.hpp"

#include <algorithm>
#include <utility>

namespace tenens::store::postgres {
namespace {

constexpr auto kReadTime = std::chrono::seconds(5);

}  // namespace

ReadPool::ReadPool(Connector& connector, DatabaseClock& clock, std::size_t connections)
    : connector_(connector), clock_(clock), unused_(std::max<std::size_t>(1, connections)) {
  free_.reserve(unused_);  // giving back must not fail
}

Done ReadPool::read(const std::function<Done(ReadTx&)>& work) {
  try {
    Loan loan{*this, borrow(std::chrono::steady_clock::now() + kReadTime)};
    begin(loan);
    return read_snapshot(*loan.connection, work);
  } catch (const StoreError& error) {
    return refuse(Code::unavailable, {}, error.what());
  }
}

void ReadPool::begin(Loan& loan) {
  constexpr std::string_view kBegin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  const auto start = [&] {
    loan.connection->set_deadline(std::chrono::steady_clock::now() + kReadTime);
    loan.connection->begin(kBegin);
    clock_.refresh(*loan.connection);
  };
  try {
    start();
  } catch (const PostgresError&) {
    // It may have died while nobody used it, and then the others that wait have too. Nothing has
    // been read yet, so a new one may begin.
    if (!loan.connection->is_lost()) throw;
    {
      const std::lock_guard lock(mutex_);
      unused_ += free_.size();
      free_.clear();
    }
    loan.connection = connector_.connect();
    start();
  }
}

std::unique_ptr<Connection> ReadPool::borrow(SteadyTime deadline) {
  {
    std::unique_lock lock(mutex_);
    const bool one_is_there =
        returned_.wait_until(lock, deadline, [&] { return !free_.empty() || unused_ > 0; });
    if (!one_is_there) throw StoreError("all connections to the database are in use");
    while (!free_.empty()) {
      auto connection = std::move(free_.back());
      free_.pop_back();
      if (!connector_.is_outdated(*connection)) return connection;
      ++unused_;
    }
    --unused_;
  }
  try {
    return connector_.connect();
  } catch (const StoreError&) {
    give_back(nullptr);
    throw;
  }
}

void ReadPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    if (!connection || connection->is_lost()) {
      ++unused_;
    } else {
      free_.push_back(std::move(connection));
    }
  }
  returned_.notify_one();
}

}  // namespace tenens::store::postgres
