// Threads that may block, so that the event loop never does.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tenens::http {

class Job {
 public:
  virtual ~Job() = default;
  virtual void run() noexcept = 0;
};

class WorkerPool {
 public:
  /// `threads` for jobs that may wait, and one more for those that do not.
  explicit WorkerPool(unsigned threads);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// The queue is as long as there are connections, each of which waits for one job at most.
  void post(std::unique_ptr<Job> job, bool prompt = false);
  /// Returns when the running jobs are done. Those that still wait are dropped.
  void stop();

 private:
  using Jobs = std::deque<std::unique_ptr<Job>>;
  void work(Jobs& jobs, std::condition_variable& job_or_stop);

  std::mutex mutex_;
  std::condition_variable job_or_stop_;
  std::condition_variable prompt_job_or_stop_;
  Jobs jobs_;
  Jobs prompt_jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tenens::http
