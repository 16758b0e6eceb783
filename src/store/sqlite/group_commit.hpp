// Many writers, one commit: the thread that owns the only connection that writes and checkpoints.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/instant.hpp"
#include "store/sqlite/high_water.hpp"
#include "store/sqlite/sqlite_db.hpp"
#include "store/sqlite/transaction.hpp"
#include "tasks/waiting.hpp"

namespace tenens::store {

struct GroupCommitOptions {
  std::size_t max_batch = 256;                 // closures that share one commit
  std::chrono::milliseconds longest_batch{5};  // then it commits, and the rest waits for the next
  std::chrono::milliseconds patience{0};  // for which a commit waits for as many as may be expected
  int checkpoint_pages = 500;  // of 4 KiB in the log, from which on a commit is followed by a
                               // checkpoint; fewer cost speed, more lengthen the slowest waits
  std::chrono::milliseconds idle{50};  // after which a shorter log is checkpointed as well
};

/// `accept` sees it before anybody reads from it, and throws if it may not be read from.
using OpenAgain = std::function<std::unique_ptr<Db>(const std::function<void(Db&)>& accept)>;

/// The database as whoever opened it has found it.
struct OpenDatabase {
  std::unique_ptr<Db> db;
  std::unique_ptr<HighWaterMark> mark;
  /// Opens it again, from its log. Throws StoreError. Empty: what breaks stays broken.
  OpenAgain open_again;
};

/// Callers queue closures and wait; the thread takes all that wait, runs them in one transaction,
/// commits once and wakes them. When a member has to be undone, the batch is rolled back and its
/// members run anew, each under a savepoint of its own. The queue also serves reads, between
/// batches, for databases that only one connection can see.
class GroupCommit {
 public:
  /// `clock` must outlive this.
  GroupCommit(OpenDatabase database, const Clock& clock, GroupCommitOptions options);
  /// Finishes what is queued, and empties the log if nobody who reads is in the way.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  Done write(const std::function<Done(WriteTx&)>& work);
  Done read(const std::function<Done(ReadTx&)>& work);

 private:
  /// Lives on its caller's stack, who waits.
  struct Job {
    const std::function<Done(WriteTx&)>* write = nullptr;
    const std::function<Done(ReadTx&)>* read = nullptr;
    Done outcome;
    std::exception_ptr thrown;
    bool changed = false;
    tasks::Waiting waiting = {};
  };
  using Jobs = std::vector<Job*>;

  /// `lost`: the transaction is no more. `undo_all`: what the member did must go, and takes what
  /// its neighbours did with it.
  enum class Ending { settled, lost, undo_all };

  Done submit(Job& job);

  // On the writer's thread only.
  void run();
  bool take(Jobs& writes, Jobs& reads);
  void attach();
  [[nodiscard]] bool is_stopped() const { return stopped_ || db_->is_broken(); }
  void start_again();
  void end();
  bool wait_for_jobs(std::unique_lock<std::mutex>& lock);
  void wait_for_company(std::unique_lock<std::mutex>& lock);
  void run_batch(Jobs& jobs);
  [[nodiscard]] bool try_batch(Jobs& jobs, SqliteTx::Undo mode);
  void give_back(Jobs& jobs, std::size_t from);
  Ending run_write(Job& job, Shared& shared, SqliteTx::Undo mode);
  void run_read(Job& job);
  void commit(const Jobs& jobs);
  void roll_back();
  void checkpoint_from(int pages);
  static void settle(const Jobs& jobs, Code code_if_changed, const std::string& why);
  static void wake(const Jobs& jobs);
  static int on_commit(void* self, sqlite3* handle, const char* database, int pages_in_log);

  std::unique_ptr<Db> db_;  // null only while stopped
  const std::unique_ptr<HighWaterMark> mark_;
  const OpenAgain open_again_;
  const Clock& clock_;
  const GroupCommitOptions options_;
  bool stopped_ =
      false;  // nothing may be acknowledged, for another reason than a broken connection
  std::chrono::steady_clock::time_point next_start_;
  bool copied_all_ = true;  // of the log, by the last checkpoint
  int pages_in_log_ = 0;

  std::mutex mutex_;
  std::condition_variable arrived_;
  Jobs waiting_;
  std::size_t enough_ = 1;  // of them, that the writer need not wait for more
  std::size_t last_batch_ = 1;
  bool closing_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace tenens::store
