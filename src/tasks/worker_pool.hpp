// Threads that may block, each with one job at a time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tasks/job.hpp"
#include "tasks/waiting.hpp"

namespace tenens::tasks {

class WorkerPool {
 public:
  /// Threads begin when there is something to do for them.
  explicit WorkerPool(unsigned most_threads);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Takes all of them; thread-safe. The queue is as long as callers make it.
  void post(Jobs& jobs);
  /// Returns when the running jobs are done, with those that have not begun.
  Jobs stop();

  /// What `work` returns or throws on a thread of this pool. A task that waits for it does not hold
  /// up its thread. Not to be called once stop() has been.
  template <class Work>
  auto run(Work work) {
    Waiting waiting;
    std::optional<decltype(work())> result;
    std::exception_ptr thrown;
    const auto remember = [&] { result.emplace(work()); };
    Jobs jobs;
    jobs.push_back(std::make_unique<Errand<decltype(remember)>>(remember, waiting, thrown));
    post(jobs);
    waiting.wait();
    if (thrown) std::rethrow_exception(thrown);
    return *std::move(result);
  }

 private:
  template <class Work>
  class Errand final : public Job {
   public:
    Errand(const Work& work, Waiting& waiting, std::exception_ptr& thrown)
        : work_(work), waiting_(waiting), thrown_(thrown) {}

   private:
    void run_and_pass_on(std::unique_ptr<Job> /*itself*/) noexcept override {
      try {
        work_();
      } catch (...) {
        thrown_ = std::current_exception();
      }
      waiting_.finish();
    }

    const Work& work_;
    Waiting& waiting_;
    std::exception_ptr& thrown_;
  };

  void work();

  const std::size_t most_threads_;
  std::mutex mutex_;
  std::condition_variable job_or_stop_;
  std::deque<std::unique_ptr<Job>> jobs_;
  std::size_t idle_ = 0;
  std::size_t starting_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Without a pool: right here.
template <class Work>
auto run_on(WorkerPool* pool, Work work) {
  return pool == nullptr ? work() : pool->run(std::move(work));
}

}  // namespace tenens::tasks
