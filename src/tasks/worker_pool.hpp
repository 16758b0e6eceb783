// Threads that may block, each with one piece of work at a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tasks/waiting.hpp"

namespace tenens::tasks {

class WorkerPool {
 public:
  /// Threads begin when there is something to do for them. Where all work is short: as long as
  /// there is a queue, who is done is told together with others, up to `tell_within` later. To tell
  /// somebody wakes a thread, which on a full core takes the place of the pool's.
  explicit WorkerPool(unsigned most_threads, std::chrono::milliseconds tell_within = {});
  /// Finishes what is queued.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// What `work` returns or throws on a thread of this pool. A task that waits for it does not hold
  /// up its thread. The queue is as long as callers make it.
  template <class Work>
  auto run(Work work) {
    Errand<Work> errand(work);
    post(errand);
    errand.waiting.wait();
    if (errand.thrown) std::rethrow_exception(errand.thrown);
    return *std::move(errand.result);
  }

 private:
  /// Lives on the stack of who waits for it.
  struct Job {
    virtual void run() noexcept = 0;
    Waiting waiting = {};

   protected:
    ~Job() = default;
  };

  template <class Work>
  struct Errand final : Job {
    explicit Errand(Work& the_work) : work(the_work) {}
    void run() noexcept override {
      try {
        result.emplace(work());
      } catch (...) {
        thrown = std::current_exception();
      }
    }
    Work& work;
    std::optional<decltype(std::declval<Work&>()())> result = {};
    std::exception_ptr thrown = {};
  };

  void post(Job& job);
  void work();

  const std::size_t most_threads_;
  const std::chrono::milliseconds tell_within_;
  std::mutex mutex_;
  std::condition_variable job_or_stop_;
  std::deque<Job*> jobs_;
  std::size_t idle_ = 0;
  std::size_t starting_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Cores that this process may use: fewer than the machine has where it is pinned, as in many a
/// container.
[[nodiscard]] unsigned usable_cores();

/// Without a pool: right here.
template <class Work>
auto run_on(WorkerPool* pool, Work work) {
  return pool == nullptr ? work() : pool->run(std::move(work));
}

}  // namespace tenens::tasks
