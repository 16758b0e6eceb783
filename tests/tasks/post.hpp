// Functions as jobs.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "tasks/runner.hpp"

namespace tenens::tasks::test {

class Doing final : public Job {
 public:
  explicit Doing(std::function<void()> what) : what_(std::move(what)) {}

 private:
  void run_and_pass_on(std::unique_ptr<Job> /*itself*/) noexcept override { what_(); }
  std::function<void()> what_;
};

inline void post(Runner& runner, std::vector<std::function<void()>> all) {
  Jobs jobs;
  for (auto& what : all) jobs.push_back(std::make_unique<Doing>(std::move(what)));
  runner.post(jobs);
  EXPECT_TRUE(jobs.empty());
}

}  // namespace tenens::tasks::test
