// Many tasks of few threads write, read and have things done elsewhere at once.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "support/store_home.hpp"
#include "support/store_records.hpp"
#include "task_thread.hpp"
#include "tasks/waiting.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens::test {
namespace {

TEST(TasksOfAStore, EachFindsWhatItHasWritten) {
  constexpr int kThreads = 2;
  constexpr int kEach = 200;
  const TemporaryDirectory directory;
  const auto store = store::open_sqlite({.path = directory.file("tenens.db"), .readers = kThreads});
  tasks::WorkerPool elsewhere(2);
  std::atomic<int> left{kThreads * kEach};
  std::atomic<int> found{0};
  tasks::Waiting all;

  const auto one = [&](int number) {
    const auto done = store->write([&](WriteTx& tx) -> Done {
      tx.insert(pending_token(number));
      return {};
    });
    EXPECT_TRUE(done);
    EXPECT_EQ(elsewhere.run([&] { return number; }), number);
    EXPECT_TRUE(store->read([&](ReadTx& tx) -> Done {
      if (tx.find_actor_token(kHere, id<ActorTokenId>(number))) ++found;
      return {};
    }));
    if (--left == 0) all.finish();
  };
  std::vector<std::unique_ptr<tasks::test::TaskThread>> threads;
  for (int at = 0; at < kThreads; ++at) {
    tasks::test::Functions jobs;
    for (int i = 0; i < kEach; ++i) {
      jobs.emplace_back([&one, number = at * kEach + i] { one(number); });
    }
    threads.push_back(std::make_unique<tasks::test::TaskThread>(kEach / 2));
    threads.back()->post(std::move(jobs));
  }
  all.wait();
  EXPECT_EQ(found, kThreads * kEach);
}

}  // namespace
}  // namespace tenens::test
