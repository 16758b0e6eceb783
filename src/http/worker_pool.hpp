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
  explicit WorkerPool(unsigned threads);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// The queue is as long as there are connections, each of which waits for one job at most.
  void post(std::unique_ptr<Job> job);
  /// Returns when the running jobs are done. Those that still wait are dropped.
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable job_or_stop_;
  std::deque<std::unique_ptr<Job>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tenens::http
