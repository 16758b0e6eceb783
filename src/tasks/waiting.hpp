// Waits for what another thread does, such as a commit.
#pragma once

#include <condition_variable>
#include <mutex>
#include <span>

namespace tenens::tasks {

struct Task;

/// Made by whoever will wait. In a task only the task waits, and its thread goes on with others; on
/// any other thread the thread does.
class Waiting {
 public:
  Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  /// Exactly once, as `finish`.
  void wait();
  /// Thread-safe. When it returns, this object may be gone.
  void finish();
  /// As `finish` of each, with one wake for all tasks of a thread.
  static void finish_all(std::span<Waiting* const> all);

 private:
  Task* const task_;  // null: a thread waits, by what follows
  std::mutex mutex_;
  std::condition_variable finished_;
  bool is_finished_ = false;
};

}  // namespace tenens::tasks
