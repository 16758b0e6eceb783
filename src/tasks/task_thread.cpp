#include "tasks/task_thread.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "tasks/waiting.hpp"

namespace tenens::tasks {
namespace {

thread_local TaskThread* t_here = nullptr;

}  // namespace

TaskThread::TaskThread(std::size_t most_tasks) : most_tasks_(std::max<std::size_t>(1, most_tasks)) {
  thread_ = std::thread([this] { run(); });
}

void TaskThread::post(Jobs& jobs) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    std::move(jobs.begin(), jobs.end(), std::back_inserter(posted_));
    wake = std::exchange(asleep_, false);
  }
  jobs.clear();
  if (wake) arrived_.notify_one();
}

void TaskThread::resume(Task& task) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    resumed_.push_back(&task);
    wake = std::exchange(asleep_, false);
    // Under the lock: stop() may otherwise return, and this be gone, before the call.
    if (wake) arrived_.notify_one();
  }
}

Jobs TaskThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    asleep_ = false;
  }
  arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
  return std::exchange(posted_, {});
}

bool TaskThread::is_here() {
  return t_here != nullptr;
}

void TaskThread::at_end_of_turn(void (*tell)(void*), void* whom) {
  if (t_here == nullptr) return tell(whom);
  auto& messages = t_here->messages_;
  const bool known = std::any_of(messages.begin(), messages.end(), [&](const Message& message) {
    return message.whom == whom && message.tell == tell;
  });
  if (!known) messages.push_back({tell, whom});
}

void TaskThread::run() {
  t_here = this;
  tasks_.push_back(std::make_unique<Task>(Task{this, std::make_unique<Fiber>()}));
  running_ = tasks_.front().get();
  run_jobs(*running_);
  tasks_.clear();
}

void TaskThread::enter() {
  auto& here = *t_here;
  here.running_->fiber->arrived(*here.left_->fiber);
  here.run_jobs(*here.running_);
}

/// What each stack does. Returns on the thread's own only, when the thread shall end.
void TaskThread::run_jobs(Task& self) {
  for (;;) {
    while (!jobs_.empty()) {
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      Job::run(std::move(job));
    }
    idle_.push_back(&self);
    leave(self);
    if (ending_) return;
  }
}

/// Goes on with another task, and returns when it is this one's turn again.
void TaskThread::leave(Task& self) {
  auto& next = next_task();
  if (&next == &self) return;
  left_ = &self;
  running_ = &next;
  self.fiber->switch_to(*next.fiber);
}

Task& TaskThread::next_task() {
  for (;;) {
    if (!ready_.empty()) {
      auto* task = ready_.front();
      ready_.pop_front();
      return *task;
    }
    if (!jobs_.empty() && may_begin()) {
      if (auto* task = task_to_begin_with()) return *task;
      continue;
    }
    end_turn();
    if (!sleep_until_ready()) {
      ending_ = true;
      return *tasks_.front();
    }
  }
}

/// Null when there is no memory for one more stack; then the stacks there are must do. Nothing may
/// be thrown here: it would unwind a job that another thread is still working for.
Task* TaskThread::task_to_begin_with() {
  if (!idle_.empty()) {
    auto* task = idle_.back();
    idle_.pop_back();
    return task;
  }
  try {
    auto task = std::make_unique<Task>(Task{this, std::make_unique<Fiber>(&TaskThread::enter)});
    idle_.reserve(tasks_.size() + 1);
    tasks_.push_back(std::move(task));
    return tasks_.back().get();
  } catch (const std::bad_alloc&) {
    most_tasks_ = tasks_.size();
    return nullptr;
  }
}

/// False when the thread shall end: it was told to, and no task is under way.
bool TaskThread::sleep_until_ready() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool begin = !stopping_ && may_begin() && !(posted_.empty() && jobs_.empty());
    if (!resumed_.empty() || begin) break;
    if (stopping_ && idle_.size() == tasks_.size()) return false;
    asleep_ = true;
    arrived_.wait(lock, [&] { return !asleep_; });
  }
  ready_.insert(ready_.end(), resumed_.begin(), resumed_.end());
  resumed_.clear();
  if (stopping_) return true;
  std::move(posted_.begin(), posted_.end(), std::back_inserter(jobs_));
  posted_.clear();
  return true;
}

void TaskThread::end_turn() {
  // Whoever is told may make a job of this thread go on, but on another thread.
  for (const auto& message : messages_) message.tell(message.whom);
  messages_.clear();
}

Waiting::Waiting() : task_(t_here == nullptr ? nullptr : t_here->running_) {}

void Waiting::wait() {
  if (task_ != nullptr) return task_->thread->leave(*task_);
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return is_finished_; });
}

void Waiting::finish() {
  if (task_ != nullptr) return task_->thread->resume(*task_);
  // Notified under the lock: this is gone as soon as its owner can take it.
  const std::lock_guard lock(mutex_);
  is_finished_ = true;
  finished_.notify_one();
}

}  // namespace tenens::tasks
