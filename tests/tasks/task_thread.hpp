// A scheduler with a thread of its own, and functions as jobs.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tasks/job.hpp"
#include "tasks/scheduler.hpp"

namespace tenens::tasks::test {

using Functions = std::vector<std::function<void()>>;

class Doing final : public Job {
 public:
  explicit Doing(std::function<void()> what) : what_(std::move(what)) {}

 private:
  void run_and_pass_on(std::unique_ptr<Job> /*itself*/) noexcept override { what_(); }
  std::function<void()> what_;
};

inline Jobs to_jobs(Functions all) {
  Jobs jobs;
  for (auto& what : all) jobs.push_back(std::make_unique<Doing>(std::move(what)));
  return jobs;
}

/// Gives turns when they are wanted, as an event loop does.
class TaskThread {
 public:
  explicit TaskThread(std::size_t most_tasks) : scheduler_(most_tasks, [this] { wake(); }) {
    thread_ = std::thread([this] { run(); });
  }
  ~TaskThread() { stop(); }
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  /// They begin in one turn.
  void post(Functions all) {
    const std::lock_guard lock(mutex_);
    for (auto& job : to_jobs(std::move(all))) posted_.push_back(std::move(job));
    changed_.notify_one();
  }
  /// Waits for the jobs that have begun; how many had not.
  std::size_t stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
    return scheduler_.take_jobs().size();
  }

 private:
  void wake() {
    const std::lock_guard lock(mutex_);
    turn_wanted_ = true;
    changed_.notify_one();
  }

  void run() {
    scheduler_.adopt_thread();
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock,
                    [this] { return turn_wanted_ || !posted_.empty() || (stopping_ && !closed_); });
      auto jobs = std::exchange(posted_, {});
      const bool last = stopping_;
      turn_wanted_ = false;
      lock.unlock();
      for (auto& job : jobs) scheduler_.begin(std::move(job));
      if (last) {
        scheduler_.close();
        closed_ = true;
      }
      scheduler_.turn();
      if (last && scheduler_.under_way() == 0) return;
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Jobs posted_;
  bool turn_wanted_ = false;
  bool stopping_ = false;
  bool closed_ = false;
  Scheduler scheduler_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tenens::tasks::test
