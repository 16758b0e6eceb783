#include "tasks/worker_pool.hpp"

#include <algorithm>
#include <iterator>

namespace tenens::tasks {

WorkerPool::WorkerPool(unsigned most_threads) : most_threads_(std::max(most_threads, 1U)) {}

void WorkerPool::post(Jobs& jobs) {
  std::size_t wake = 0;
  {
    const std::lock_guard lock(mutex_);
    wake = std::min(jobs.size(), idle_);
    std::move(jobs.begin(), jobs.end(), std::back_inserter(jobs_));
    while (!stopping_ && threads_.size() < most_threads_ && jobs_.size() > idle_ + starting_) {
      ++starting_;
      threads_.emplace_back([this] { work(); });
    }
  }
  jobs.clear();
  for (; wake > 0; --wake) job_or_stop_.notify_one();
}

Jobs WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  job_or_stop_.notify_all();
  for (auto& thread : threads) thread.join();
  Jobs left(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(jobs_.end()));
  jobs_.clear();
  return left;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  --starting_;
  for (;;) {
    ++idle_;
    job_or_stop_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (stopping_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Job::run(std::move(job));
    lock.lock();
  }
}

}  // namespace tenens::tasks
