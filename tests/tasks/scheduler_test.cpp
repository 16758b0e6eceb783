#include "tasks/scheduler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <stdexcept>

#include "task_thread.hpp"
#include "tasks/waiting.hpp"
#include "tasks/worker_pool.hpp"

namespace tenens::tasks {
namespace {

using test::TaskThread;

/// Counts from any thread, and waits on the test's own.
class Countdown {
 public:
  explicit Countdown(int count) : left_(count) {}
  void count() {
    if (--left_ == 0) waiting_.finish();
  }
  void wait() { waiting_.wait(); }

 private:
  std::atomic<int> left_;
  Waiting waiting_;
};

TEST(Scheduler, HasHundredsOfJobsWaitAtOnce) {
  constexpr int kMany = 200;
  TaskThread thread(kMany);
  Countdown begun(kMany);
  Countdown done(kMany);
  std::vector<Waiting*> waitings(kMany);
  std::vector<std::function<void()>> all;
  for (int i = 0; i < kMany; ++i) {
    all.emplace_back([&, at = static_cast<std::size_t>(i)] {
      Waiting waiting;
      waitings[at] = &waiting;
      begun.count();
      waiting.wait();
      done.count();
    });
  }
  thread.post(std::move(all));
  begun.wait();
  for (auto* waiting : waitings) waiting->finish();
  done.wait();
}

TEST(Scheduler, BeginsMoreJobsThanItMayHaveWhenOthersAreDone) {
  TaskThread thread(2);
  WorkerPool pool(2);
  Countdown done(50);
  for (int i = 0; i < 50; ++i) {
    thread.post({[&] {
      EXPECT_EQ(pool.run([] { return 7; }), 7);
      done.count();
    }});
  }
  done.wait();
}

TEST(Scheduler, GoesOnWhileOneJobWaitsForAnotherThread) {
  TaskThread thread(4);
  WorkerPool pool(1);
  Waiting quick_is_done;
  Countdown all(2);
  thread.post({[&] {
                 // Ends only once the other has run, which is behind it on the same thread.
                 pool.run([&] {
                   quick_is_done.wait();
                   return true;
                 });
                 all.count();
               },
               [&] {
                 quick_is_done.finish();
                 all.count();
               }});
  all.wait();
}

TEST(Scheduler, TellsOnceAtTheEndOfATurnAndAtOnceElsewhere) {
  static std::atomic<int> told;
  told = 0;
  const auto tell = [](void* done) {
    ++told;
    static_cast<Countdown*>(done)->count();
  };
  {
    TaskThread thread(4);
    Countdown done(1);
    std::vector<std::function<void()>> all(20, [&] {
      EXPECT_EQ(told, 0);
      Scheduler::at_end_of_turn(tell, &done);
    });
    thread.post(std::move(all));
    done.wait();
  }
  EXPECT_EQ(told, 1);
  Countdown done(1);
  Scheduler::at_end_of_turn(tell, &done);
  EXPECT_EQ(told, 2);
}

TEST(Scheduler, KeepsEachJobsExceptionsApart) {
  TaskThread thread(8);
  WorkerPool pool(2);
  Countdown done(100);
  std::vector<std::function<void()>> all;
  for (int i = 0; i < 100; ++i) {
    all.emplace_back([&, i] {
      try {
        throw std::runtime_error(std::to_string(i));
      } catch (const std::runtime_error& error) {
        // Another job throws, and catches, while this one is in the middle of catching.
        pool.run([] { return true; });
        EXPECT_EQ(error.what(), std::to_string(i));
        EXPECT_EQ(std::uncaught_exceptions(), 0);
        try {
          throw;
        } catch (const std::runtime_error& same) {
          EXPECT_EQ(same.what(), std::to_string(i));
        }
      }
      EXPECT_THROW(pool.run([]() -> bool { throw std::logic_error("there"); }), std::logic_error);
      done.count();
    });
  }
  thread.post(std::move(all));
  done.wait();
}

TEST(Scheduler, StopsWhenRunningJobsAreDoneAndGivesBackTheOthers) {
  TaskThread thread(1);
  Waiting begun;
  Waiting* waiting = nullptr;
  std::atomic<bool> finished{false};
  thread.post({[&] {
    Waiting here;
    waiting = &here;
    begun.finish();
    here.wait();
    finished = true;
  }});
  begun.wait();
  thread.post({[] { ADD_FAILURE() << "begun after stop()"; }});
  std::thread finisher([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    waiting->finish();
  });
  EXPECT_EQ(thread.stop(), 1);
  EXPECT_TRUE(finished);
  finisher.join();
}

TEST(WorkerPool, DoesAsMuchAtOnceAsItHasThreads) {
  WorkerPool pool(4);
  std::atomic<int> inside{0};
  std::vector<std::jthread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      pool.run([&] {
        ++inside;
        while (inside < 4) std::this_thread::yield();
        return true;
      });
    });
  }
}

/// Many results of a pool's one thread, which all are in its queue before it begins, and how many
/// turns they took to arrive.
int turns_for(int results, WorkerPool::Tell tell) {
  TaskThread thread(64);
  WorkerPool pool(1, tell);
  Countdown all(results);
  std::atomic<bool> begin{false};
  int turns = 0;
  test::Functions tasks;
  for (int i = 0; i < results; ++i) {
    tasks.emplace_back([&] {
      pool.run([&] {
        while (!begin) std::this_thread::yield();
        return true;
      });
      Scheduler::at_end_of_turn([](void* count) { ++*static_cast<int*>(count); }, &turns);
      all.count();
    });
  }
  tasks.emplace_back([&] { begin = true; });
  thread.post(std::move(tasks));
  all.wait();
  thread.stop();
  return turns;
}

TEST(WorkerPool, TellsThoseWhoAreDoneTogetherWhileThereIsAQueue) {
  // 14 while 26 wait, then 9, 6, 4, 3, 2, 1 and 1.
  EXPECT_LE(turns_for(40, WorkerPool::Tell::together), 8);
}

}  // namespace
}  // namespace tenens::tasks
