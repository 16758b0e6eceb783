#include "http/worker_pool.hpp"

#include <algorithm>

namespace tenens::http {

WorkerPool::WorkerPool(unsigned threads) {
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
    threads_.emplace_back([this] { work(jobs_, job_or_stop_); });
  }
  threads_.emplace_back([this] { work(prompt_jobs_, prompt_job_or_stop_); });
}

void WorkerPool::post(std::unique_ptr<Job> job, bool prompt) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    (prompt ? prompt_jobs_ : jobs_).push_back(std::move(job));
  }
  (prompt ? prompt_job_or_stop_ : job_or_stop_).notify_one();
}

void WorkerPool::stop() {
  Jobs dropped;
  Jobs dropped_prompt;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(jobs_);
    dropped_prompt.swap(prompt_jobs_);
  }
  job_or_stop_.notify_all();
  prompt_job_or_stop_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::work(Jobs& jobs, std::condition_variable& job_or_stop) {
  for (;;) {
    std::unique_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      job_or_stop.wait(lock, [&] { return stopping_ || !jobs.empty(); });
      if (stopping_) return;
      job = std::move(jobs.front());
      jobs.pop_front();
    }
    job->run();
  }
}

}  // namespace tenens::http
