#include "tasks/scheduler.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

#include "tasks/waiting.hpp"

namespace tenens::tasks {
namespace {

thread_local Scheduler* t_here = nullptr;

}  // namespace

Scheduler::Scheduler(std::size_t most_tasks, std::function<void()> want_turn)
    : most_tasks_(std::max<std::size_t>(1, most_tasks)),
      want_turn_(std::move(want_turn)),
      main_{this, nullptr},
      running_(&main_) {}

Scheduler::~Scheduler() {
  if (t_here == this) t_here = nullptr;
}

void Scheduler::adopt_thread() {
  t_here = this;
  main_.fiber = std::make_unique<Fiber>();
}

void Scheduler::begin(std::unique_ptr<Job> job) {
  jobs_.push_back(std::move(job));
  want_turn();
}

void Scheduler::want_turn() {
  if (!turn_due_.exchange(true)) want_turn_();
}

void Scheduler::resume(std::span<Task* const> tasks) {
  // The call under the lock, too: a turn that takes these tasks may be this scheduler's last.
  const std::lock_guard lock(mutex_);
  resumed_.insert(resumed_.end(), tasks.begin(), tasks.end());
  want_turn();
}

Jobs Scheduler::take_jobs() {
  Jobs left(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(jobs_.end()));
  jobs_.clear();
  return left;
}

bool Scheduler::is_in_task() {
  return t_here != nullptr && t_here->running_ != &t_here->main_;
}

void Scheduler::at_end_of_turn(void (*tell)(void*), void* whom) {
  if (t_here == nullptr) return tell(whom);
  auto& messages = t_here->messages_;
  const bool known = std::any_of(messages.begin(), messages.end(), [&](const Message& message) {
    return message.whom == whom && message.tell == tell;
  });
  if (known) return;
  messages.push_back({tell, whom});
  if (!is_in_task()) t_here->want_turn();
}

void Scheduler::turn() {
  // First: what comes from here on has a turn of its own.
  turn_due_ = false;
  {
    const std::lock_guard lock(mutex_);
    ready_.insert(ready_.end(), resumed_.begin(), resumed_.end());
    resumed_.clear();
  }
  leave(main_);
  tell_messages();
}

void Scheduler::tell_messages() {
  // Who is told may want to tell somebody in turn.
  for (std::size_t at = 0; at < messages_.size(); ++at) {
    const auto [tell, whom] = messages_[at];
    tell(whom);
  }
  messages_.clear();
}

void Scheduler::enter() {
  auto& here = *t_here;
  here.running_->fiber->arrived(*here.left_->fiber);
  here.run_jobs(*here.running_);
}

/// What each stack but the thread's own does, for ever.
void Scheduler::run_jobs(Task& self) {
  for (;;) {
    while (!jobs_.empty() && most_tasks_ > 0) {
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      ++under_way_;
      Job::run(std::move(job));
      --under_way_;
    }
    idle_.push_back(&self);
    leave(self);
  }
}

/// Goes on with another task, and returns when it is this one's turn again.
void Scheduler::leave(Task& self) {
  auto& next = next_task();
  if (&next != &self) switch_from(self, next);
}

void Scheduler::switch_from(Task& self, Task& next) {
  left_ = &self;
  running_ = &next;
  self.fiber->switch_to(*next.fiber);
}

/// The thread's own stack when no task can go on.
Task& Scheduler::next_task() {
  if (!ready_.empty()) {
    auto* task = ready_.front();
    ready_.pop_front();
    return *task;
  }
  if (!jobs_.empty()) {
    if (auto* task = task_to_begin_with()) return *task;
  }
  return main_;
}

/// Null when there are as many as there may be, or no memory for one more stack; then the stacks
/// there are must do. Nothing may be thrown here: it would unwind a job that another thread is
/// still working for.
Task* Scheduler::task_to_begin_with() {
  if (most_tasks_ == 0) return nullptr;
  if (!idle_.empty()) {
    auto* task = idle_.back();
    idle_.pop_back();
    return task;
  }
  if (tasks_.size() >= most_tasks_) return nullptr;
  try {
    auto task = std::make_unique<Task>(Task{this, std::make_unique<Fiber>(&Scheduler::enter)});
    idle_.reserve(tasks_.size() + 1);
    tasks_.push_back(std::move(task));
    return tasks_.back().get();
  } catch (const std::bad_alloc&) {
    most_tasks_ = std::max<std::size_t>(1, tasks_.size());
    return nullptr;
  }
}

Waiting::Waiting() : task_(Scheduler::is_in_task() ? t_here->running_ : nullptr) {}

void Waiting::wait() {
  if (task_ != nullptr) return task_->scheduler->leave(*task_);
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return is_finished_; });
}

void Waiting::finish() {
  if (task_ != nullptr) return task_->scheduler->resume({&task_, 1});
  // Notified under the lock: this is gone as soon as its owner can take it.
  const std::lock_guard lock(mutex_);
  is_finished_ = true;
  finished_.notify_one();
}

void Waiting::finish_all(std::span<Waiting* const> all) {
  std::vector<Task*> tasks;
  for (auto* one : all) {
    if (one->task_ == nullptr) {
      one->finish();
    } else {
      tasks.push_back(one->task_);
    }
  }
  for (auto first = tasks.begin(); first != tasks.end();) {
    auto* const scheduler = (*first)->scheduler;
    const auto is_same = [&](const Task* task) { return task->scheduler == scheduler; };
    const auto last = std::stable_partition(first, tasks.end(), is_same);
    scheduler->resume({first, last});
    first = last;
  }
}

}  // namespace tenens::tasks
