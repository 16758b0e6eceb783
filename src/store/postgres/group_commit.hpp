// Many writers, one commit: threads that each own a connection that writes.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/postgres/connector.hpp"
#include "store/postgres/database_clock.hpp"
#include "store/postgres/transaction.hpp"
#include "store/postgres/unknown_outcomes.hpp"
#include "tasks/waiting.hpp"

namespace tenens::store::postgres {

struct GroupCommitOptions {
  std::size_t max_batch = 64;  // closures that share one commit
  std::size_t threads = 2;     // one goes on where the other is held up
};

/// Callers queue closures and wait, each task or thread for itself; a thread takes all that wait,
/// runs them in one transaction without savepoints, numbers their audit events, commits once and
/// wakes them. When a member has to be undone, the batch is rolled back and its members run anew,
/// each in a transaction of its own. A member that waits for somebody else's lock is left out, and
/// has its turn when the others have been told. What arrives while a thread is at it waits for that
/// thread, so that batches are large, until there are enough for another or it takes too long. See
/// docs/adr/0005.
class GroupCommit {
 public:
  GroupCommit(Connector& connector, DatabaseClock& clock, UnknownOutcomes& unknown,
              GroupCommitOptions options);
  /// Finishes what is queued.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// `about`: see Store::write_foreseen; null if nothing is foreseen.
  Done write(const std::function<Done(WriteTx&)>& work, const Foresight* about = nullptr);

 private:
  /// Lives on its caller's stack until that has been woken.
  struct Job {
    const std::function<Done(WriteTx&)>& work;
    const Foresight* about = nullptr;
    Done outcome = {};
    std::exception_ptr thrown = {};
    bool changed = false;
    SteadyTime queued_at = std::chrono::steady_clock::now();
    tasks::Waiting waiting = {};
  };
  using Jobs = std::vector<Job*>;
  using Mode = PostgresTx::Mode;

  /// `again`: nothing happened, and another try may go better. `split`: nothing happened, and one
  /// member must not be tried in company. `slow`: so, and it is known which: `Line::slow`.
  enum class Ending { settled, again, split, slow };

  /// A thread's own.
  struct Line {
    std::unique_ptr<Connection> connection = {};
    UnknownOutcomes::Floors floors = {};  // as the last try began
    std::string trouble = {};             // what the last try ended with
    Job* slow = nullptr;
  };

  void run();
  bool take(Jobs& jobs);
  [[nodiscard]] bool is_there_a_batch() const;
  static void turn_away_overdue(Jobs& jobs);
  void run_batch(Line& line, Jobs jobs);
  Ending persist(Line& line, const Jobs& jobs, Mode mode, SteadyTime give_up);
  Ending attempt(Line& line, const Jobs& jobs, Mode mode, SteadyTime give_up);
  static void look_ahead(const Jobs& jobs, PostgresTx tx);
  Ending run_jobs(Line& line, const Jobs& jobs, Mode mode, Shared& shared);
  static bool run_job(Job& job, WriteTx& tx);
  static void post_proof_of_reads(Connection& connection);
  Ending commit(Line& line, const Jobs& jobs, Shared& shared);
  void open(Line& line);
  void settle_outcomes(Line& line);
  static void settle(const Jobs& jobs, Code code_if_changed, const std::string& why);
  static void wake(const Jobs& jobs);

  Connector& connector_;
  DatabaseClock& clock_;
  UnknownOutcomes& unknown_;
  const GroupCommitOptions options_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  Jobs waiting_;
  std::size_t serving_ = 0;  // threads that have jobs
  bool closing_ = false;
  std::vector<std::thread> threads_;  // last: they use everything above
};

}  // namespace tenens::store::postgres
