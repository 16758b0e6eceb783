// Connections that only read. They never checkpoint, so that the writer stays the only one who
// does.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite/sqlite_db.hpp"
#include "tasks/waiting.hpp"

namespace tenens::store {

class ReadPool {
 public:
  ReadPool(std::string path, std::size_t connections);

  /// Runs on the caller's thread, on a snapshot; waits while all connections are in use. Tasks that
  /// read in the same turn of their scheduler's read the same snapshot: whatever was acknowledged
  /// before one of them could begin, or go on, was committed before that turn, and so before that
  /// snapshot.
  Done read(const std::function<Done(ReadTx&)>& work);

  /// Who reads now need not wait for `while_closed`, and is not refused.
  [[nodiscard]] bool is_open();

  /// Within `while_closed`: whoever wants to read afterwards is refused, for this reason; empty:
  /// not.
  void set_refusal(std::string why);

  /// Waits for those who read, closes every connection and runs `work`. Who wants to read meanwhile
  /// waits.
  void while_closed(const std::function<void()>& work);

 private:
  struct Turn;

  Done read_in_turn(Turn& turn, const std::function<Done(ReadTx&)>& work);
  void wait_until_open();
  std::unique_ptr<Db> borrow();
  void give_back(std::unique_ptr<Db> db);
  void set_closed(bool closed);
  [[nodiscard]] std::unique_ptr<Db> open() const;

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::condition_variable all_returned_;
  const std::size_t most_;
  std::size_t may_open_;
  bool closed_ = false;
  std::string refusal_;
  std::vector<std::unique_ptr<Db>> free_;
  std::vector<tasks::Waiting*> waiting_;  // tasks, for it to open
};

}  // namespace tenens::store
