// Threads that may block, each with one piece of work at a time.
#pragma once

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
  /// To tell somebody that his work is done wakes a thread, which on a full core takes the place of
  /// the pool's; and who are told together go on together, into one commit. So where all work is
  /// short, and about as long, those who are done may be told `together`: the more, the longer the
  /// queue is.
  enum class Tell { at_once, together };
  /// Threads begin when there is something to do for them.
  explicit WorkerPool(unsigned most_threads, Tell tell = Tell::at_once);
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
  [[nodiscard]] bool is_time_to_tell(std::size_t done) const;

  const std::size_t most_threads_;
  const Tell tell_;
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
