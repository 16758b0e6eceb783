#include "tasks/worker_pool.hpp"

#include <sched.h>

#include <algorithm>

namespace tenens::tasks {

WorkerPool::WorkerPool(unsigned most_threads, Tell tell)
    : most_threads_(std::max(most_threads, 1U)), tell_(tell) {}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  job_or_stop_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void WorkerPool::post(Job& job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(&job);
  if (jobs_.size() > idle_ + starting_ && threads_.size() < most_threads_) {
    ++starting_;
    threads_.emplace_back([this] { work(); });
  } else if (idle_ > 0) {
    job_or_stop_.notify_one();
  }
}

void WorkerPool::work() {
  std::vector<Waiting*> done;
  std::unique_lock lock(mutex_);
  --starting_;
  for (;;) {
    if (!done.empty() && is_time_to_tell(done.size())) {
      lock.unlock();
      Waiting::finish_all(done);
      done.clear();
      lock.lock();
    }
    ++idle_;
    job_or_stop_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    auto& job = *jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    job.run();
    done.push_back(&job.waiting);
    lock.lock();
  }
}

/// Together: nobody waits for others to be done for more than half as long again as who comes last
/// has to wait for his turn.
bool WorkerPool::is_time_to_tell(std::size_t done) const {
  return tell_ == Tell::at_once || 2 * done * threads_.size() >= jobs_.size();
}

unsigned usable_cores() {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (sched_getaffinity(0, sizeof mine, &mine) != 0) return std::thread::hardware_concurrency();
  return static_cast<unsigned>(CPU_COUNT(&mine));
}

}  // namespace tenens::tasks
