#include "store/sqlite/read_pool.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "store/sqlite/transaction.hpp"
#include "tasks/scheduler.hpp"

namespace tenens::store {

/// What a turn's first reader has begun, until the turn's end.
struct ReadPool::Turn {
  ReadPool* pool = nullptr;
  std::unique_ptr<Db> db = {};
  std::optional<Snapshot> snapshot = {};

  void begin(ReadPool& of) {
    end();  // of one that could not begin
    db = of.borrow();
    pool = &of;
    tasks::Scheduler::at_end_of_turn([](void* self) { static_cast<Turn*>(self)->end(); }, this);
    snapshot.emplace(*db);
  }
  void end() {
    snapshot.reset();
    if (db) pool->give_back(std::move(db));
    pool = nullptr;
  }
};

ReadPool::ReadPool(std::string path, std::size_t connections)
    : path_(std::move(path)), most_(std::max<std::size_t>(1, connections)), may_open_(most_) {
  free_.reserve(most_);  // giving back must not fail
}

Done ReadPool::read(const std::function<Done(ReadTx&)>& work) {
  thread_local Turn turn;
  if (tasks::Scheduler::is_in_task()) {
    if (!turn.snapshot) wait_until_open();
    if (turn.pool == nullptr || turn.pool == this) return read_in_turn(turn, work);
  }
  std::unique_ptr<Db> db;
  try {
    db = borrow();
  } catch (const StoreError& error) {
    return refuse(Code::unavailable, {}, error.what());
  }

  /// Gives back however `work` ends.
  struct Loan {
    ReadPool& pool;
    std::unique_ptr<Db> db;
    ~Loan() { pool.give_back(std::move(db)); }
  };
  const Loan loan{*this, std::move(db)};
  return read_snapshot(*loan.db, work);
}

Done ReadPool::read_in_turn(Turn& turn, const std::function<Done(ReadTx&)>& work) {
  try {
    if (!turn.snapshot) turn.begin(*this);
    auto outcome = turn.snapshot->read(work);
    // The next one begins anew, also where SQLite has ended the snapshot by itself.
    if (turn.db->is_broken() || !turn.db->in_transaction()) turn.end();
    return outcome;
  } catch (const StoreError& error) {
    turn.end();
    return refuse(Code::unavailable, {}, error.what());
  }
}

/// Only the task waits, and its thread goes on with others.
void ReadPool::wait_until_open() {
  while (true) {
    std::optional<tasks::Waiting> opening;
    {
      const std::lock_guard lock(mutex_);
      if (!closed_) return;
      waiting_.push_back(&opening.emplace());
    }
    opening->wait();
  }
}

std::unique_ptr<Db> ReadPool::borrow() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !closed_ && (!free_.empty() || may_open_ > 0); });
    if (!refusal_.empty()) throw StoreError(refusal_);
    if (!free_.empty()) {
      auto db = std::move(free_.back());
      free_.pop_back();
      return db;
    }
    --may_open_;
  }
  try {
    return open();
  } catch (...) {
    {
      const std::lock_guard lock(mutex_);
      ++may_open_;
    }
    returned_.notify_one();
    all_returned_.notify_one();
    throw;
  }
}

void ReadPool::give_back(std::unique_ptr<Db> db) {
  {
    const std::lock_guard lock(mutex_);
    // One that met an error of the disk is replaced rather than believed; one that could not end
    // its snapshot would be in the way of every checkpoint.
    if (db->is_broken() || db->in_transaction()) {
      db.reset();
      ++may_open_;
    } else {
      free_.push_back(std::move(db));
    }
  }
  returned_.notify_one();
  all_returned_.notify_one();
}

bool ReadPool::is_open() {
  const std::lock_guard lock(mutex_);
  return !closed_ && refusal_.empty();
}

void ReadPool::set_refusal(std::string why) {
  const std::lock_guard lock(mutex_);
  refusal_ = std::move(why);
}

void ReadPool::while_closed(const std::function<void()>& work) {
  /// Opens the door again however `work` ends.
  struct Closing {
    ReadPool& pool;
    ~Closing() { pool.set_closed(false); }
  };
  const Closing closing{*this};
  set_closed(true);
  {
    std::unique_lock lock(mutex_);
    all_returned_.wait(lock, [&] { return free_.size() + may_open_ == most_; });
    free_.clear();
    may_open_ = most_;
  }
  work();
}

void ReadPool::set_closed(bool closed) {
  std::vector<tasks::Waiting*> waited;
  {
    const std::lock_guard lock(mutex_);
    closed_ = closed;
    if (!closed) waited.swap(waiting_);
  }
  returned_.notify_all();
  tasks::Waiting::finish_all(waited);
}

std::unique_ptr<Db> ReadPool::open() const {
  auto db = std::make_unique<Db>(path_, Db::Mode::read_only);
  sqlite3_wal_autocheckpoint(db->handle(), 0);
  db->leave_log();
  db->execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;");
  return db;
}

}  // namespace tenens::store
