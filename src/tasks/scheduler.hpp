// Many jobs under way on one thread: whenever one of them waits, it goes on with another.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "tasks/fiber.hpp"
#include "tasks/job.hpp"

namespace tenens::tasks {

class Scheduler;

/// A stack that runs one job after the other.
struct Task {
  Scheduler* scheduler;
  std::unique_ptr<Fiber> fiber;
};

/// Belongs to one thread, such as an event loop's, which gives it a turn whenever one is due. A job
/// is a plain function and stays on this thread from its beginning to its end. It may wait in a
/// `Waiting`; what it waits for otherwise, the whole thread waits for. It must not hold a mutex
/// meanwhile.
class Scheduler {
 public:
  /// Jobs beyond `most_tasks` begin when others are done. `want_turn` is called from any thread,
  /// and once for each turn: it has the scheduler's own thread call turn() soon, not at once.
  Scheduler(std::size_t most_tasks, std::function<void()> want_turn);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // By its own thread.

  /// The calling thread is the scheduler's own from now on.
  void adopt_thread();
  /// Runs it in a turn to come.
  void begin(std::unique_ptr<Job> job);
  /// Has every job go on that can, and then tells those who wanted to be told at the end.
  void turn();
  /// A turn would find something to do.
  [[nodiscard]] bool is_turn_due() const { return turn_due_.load(); }
  /// No job begins any more.
  void close() { most_tasks_ = 0; }

  /// Those that have not begun, to go. Also by another thread, once its own has ended.
  [[nodiscard]] Jobs take_jobs();

  // By any thread.

  /// Jobs that have begun and are not done.
  [[nodiscard]] std::size_t under_way() const { return under_way_.load(); }

  /// The caller is such a job.
  [[nodiscard]] static bool is_in_task();
  /// On a scheduler's thread: calls `tell(whom)` once at the end of the turn, however often it is
  /// asked to until then, so that who is told finds a batch. On another thread: at once.
  static void at_end_of_turn(void (*tell)(void*), void* whom);

 private:
  friend class Waiting;
  struct Message {
    void (*tell)(void*);
    void* whom;
  };

  void resume(std::span<Task* const> tasks);  // by any thread
  void want_turn();

  static void enter();
  void run_jobs(Task& self);
  void leave(Task& self);
  void switch_from(Task& self, Task& next);
  Task& next_task();
  Task* task_to_begin_with();
  void tell_messages();

  std::size_t most_tasks_;
  const std::function<void()> want_turn_;
  std::atomic<bool> turn_due_{false};
  std::atomic<std::size_t> under_way_{0};

  Task main_;  // the thread's own stack
  std::vector<std::unique_ptr<Task>> tasks_;
  std::vector<Task*> idle_;
  Task* running_ = nullptr;
  Task* left_ = nullptr;
  std::deque<std::unique_ptr<Job>> jobs_;  // to begin
  std::deque<Task*> ready_;                // to go on with
  std::vector<Message> messages_;

  std::mutex mutex_;
  std::vector<Task*> resumed_;
};

}  // namespace tenens::tasks
