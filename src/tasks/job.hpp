// What is done by a thread that others share.
#pragma once

#include <memory>
#include <vector>

namespace tenens::tasks {

class Job {
 public:
  virtual ~Job() = default;
  static void run(std::unique_ptr<Job> job) noexcept {
    auto& itself = *job;
    itself.run_and_pass_on(std::move(job));
  }

 private:
  /// Is given itself, to be passed on or to go.
  virtual void run_and_pass_on(std::unique_ptr<Job> itself) noexcept = 0;
};
using Jobs = std::vector<std::unique_ptr<Job>>;

}  // namespace tenens::tasks
