// One thread that has many jobs under way: whenever one of them waits, it goes on with another.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "tasks/fiber.hpp"
#include "tasks/runner.hpp"

namespace tenens::tasks {

class TaskThread;

/// A stack that runs one job after the other.
struct Task {
  TaskThread* thread;
  std::unique_ptr<Fiber> fiber;
};

/// A job is a plain function and stays on this thread from its beginning to its end. It may wait in
/// a `Waiting`; what it waits for otherwise, all jobs of the thread wait for. It must not hold a
/// mutex meanwhile.
class TaskThread final : public Runner {
 public:
  /// Jobs beyond `most_tasks` begin when others are done.
  explicit TaskThread(std::size_t most_tasks);
  ~TaskThread() override { stop(); }
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  void post(Jobs& jobs) override;
  Jobs stop() override;

  /// The caller is a job of such a thread.
  [[nodiscard]] static bool is_here();
  /// Calls `tell(whom)` once when this thread has done all that it can do now, however often it is
  /// asked to until then: so that who is told finds a batch. On another thread: at once.
  static void at_end_of_turn(void (*tell)(void*), void* whom);

 private:
  friend class Waiting;
  struct Message {
    void (*tell)(void*);
    void* whom;
  };

  void resume(Task& task);  // from any thread

  // On the thread itself.
  void run();
  static void enter();
  void run_jobs(Task& self);
  void leave(Task& self);
  Task& next_task();
  bool sleep_until_ready();
  [[nodiscard]] bool may_begin() const { return !idle_.empty() || tasks_.size() < most_tasks_; }
  Task* task_to_begin_with();
  void end_turn();

  std::size_t most_tasks_;
  std::vector<std::unique_ptr<Task>> tasks_;  // the first is the thread's own stack
  std::vector<Task*> idle_;
  Task* running_ = nullptr;
  Task* left_ = nullptr;
  bool ending_ = false;
  std::deque<std::unique_ptr<Job>> jobs_;  // to begin
  std::deque<Task*> ready_;                // to go on with
  std::vector<Message> messages_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  Jobs posted_;
  std::vector<Task*> resumed_;
  bool asleep_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tenens::tasks
