#include "store/sqlite/group_commit.hpp"

#include <algorithm>
#include <stdexcept>

#include "tasks/scheduler.hpp"

namespace tenens::store {
namespace {

using std::chrono::steady_clock;

constexpr const char* kStopped =
    "the disk had an error; nothing is acknowledged until the database has been opened again";
constexpr seconds kStartAgainEvery{1};
// What was in the way, a reader or a full disk, is so for longer than a pause, and to find that out
// may cost as much as to copy the log.
constexpr milliseconds kCheckpointAgainAfter{1000};

}  // namespace

GroupCommit::GroupCommit(OpenDatabase database, const Clock& clock, GroupCommitOptions options)
    : db_(std::move(database.db)),
      mark_(std::move(database.mark)),
      open_again_(std::move(database.open_again)),
      clock_(clock),
      options_(options) {
  attach();
  thread_ = std::thread([this] { run(); });
}

void GroupCommit::attach() {
  // Checkpoints are ours to start: after the callers of a batch have been woken, and where their
  // errors are seen.
  sqlite3_wal_autocheckpoint(db_->handle(), 0);
  sqlite3_wal_hook(db_->handle(), &GroupCommit::on_commit, this);
}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_one();
  thread_.join();
  if (!is_stopped()) end();
  // A disk that failed is left as it is: what can be recovered is decided at the next start.
  if (db_ && is_stopped()) db_->leave_log();
}

/// Orderly: also while another program has the database open, whose memory of the log outlives
/// this, the next start finds nothing in the log.
void GroupCommit::end() {
  try {
    mark_->close(clock_.now());
  } catch (const StoreError&) {
    // It is a little older then than it could be.
  }
  try {
    db_->check(sqlite3_wal_checkpoint_v2(db_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                         nullptr, nullptr));
  } catch (const SqliteError&) {
    // Remembered by the connection if it matters. Somebody who reads does not: the log is left.
  }
}

Done GroupCommit::write(const std::function<Done(WriteTx&)>& work) {
  Job job;
  job.write = &work;
  return submit(job);
}

Done GroupCommit::read(const std::function<Done(ReadTx&)>& work) {
  Job job;
  job.read = &work;
  return submit(job);
}

Done GroupCommit::submit(Job& job) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    throw std::logic_error("a store's closure waits for the store: it would wait for itself");
  }
  bool is_waited_for = false;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&job);
    is_waited_for = waiting_.size() == 1 || waiting_.size() == enough_;
  }
  if (is_waited_for) {
    const auto tell = [](void* self) { static_cast<GroupCommit*>(self)->arrived_.notify_one(); };
    tasks::Scheduler::at_end_of_turn(tell, this);
  }
  job.waiting.wait();
  if (job.thrown) std::rethrow_exception(std::move(job.thrown));
  return std::move(job.outcome);
}

void GroupCommit::run() {
  Jobs writes;
  Jobs reads;
  while (take(writes, reads)) {
    if (is_stopped()) start_again();
    if (!writes.empty()) run_batch(writes);
    wake(writes);
    for (auto* job : reads) run_read(*job);
    wake(reads);
    checkpoint_from(options_.checkpoint_pages);
  }
}

/// False when it is time to close. A pause is used for the checkpoint that would be due later.
bool GroupCommit::wait_for_jobs(std::unique_lock<std::mutex>& lock) {
  const auto woken = [&] { return closing_ || !waiting_.empty(); };
  const int least = std::max(1, options_.checkpoint_pages / 10);
  while (pages_in_log_ >= least && !is_stopped() &&
         !arrived_.wait_for(lock, copied_all_ ? options_.idle : kCheckpointAgainAfter, woken)) {
    lock.unlock();
    checkpoint_from(least);
    lock.lock();
  }
  arrived_.wait(lock, woken);
  if (options_.patience.count() > 0) wait_for_company(lock);
  return !waiting_.empty();
}

/// Those who shared the last commit are likely to come back. Three quarters of them, rounded up: as
/// many as can have come, so that who has gone is not waited for twice, and two stay two.
void GroupCommit::wait_for_company(std::unique_lock<std::mutex>& lock) {
  enough_ = (3 * last_batch_ + 3) / 4;
  arrived_.wait_for(lock, options_.patience,
                    [&] { return closing_ || waiting_.size() >= enough_; });
}

bool GroupCommit::take(Jobs& writes, Jobs& reads) {
  writes.clear();
  reads.clear();
  std::unique_lock lock(mutex_);
  if (!wait_for_jobs(lock)) return false;
  const auto count = std::min(waiting_.size(), std::max<std::size_t>(1, options_.max_batch));
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto at = waiting_.begin(); at != end; ++at) {
    ((*at)->write != nullptr ? writes : reads).push_back(*at);
  }
  waiting_.erase(waiting_.begin(), end);
  last_batch_ = count;
  return true;
}

/// What the kernel has once failed to write it may later claim to have written. So nothing of the
/// connection is believed: it goes, and the database is opened as after a crash, which writes all
/// that the log holds once more. Who reads waits meanwhile, so half of the time at most is spent on
/// it.
void GroupCommit::start_again() {
  if (!open_again_ || steady_clock::now() < next_start_) return;
  const auto began = steady_clock::now();
  stopped_ = true;
  if (db_) db_->leave_log();
  db_.reset();
  try {
    db_ = open_again_([this](Db& db) { mark_->read_again(db); });
    attach();
    pages_in_log_ = 0;
    stopped_ = false;
  } catch (const StoreError&) {
    // The disk is not well yet.
  }
  const auto ended = steady_clock::now();
  next_start_ = ended + std::max<steady_clock::duration>(kStartAgainEvery, ended - began);
}

void GroupCommit::give_back(Jobs& jobs, std::size_t from) {
  const auto rest = jobs.begin() + static_cast<std::ptrdiff_t>(from);
  const std::lock_guard lock(mutex_);
  waiting_.insert(waiting_.begin(), rest, jobs.end());
  jobs.erase(rest, jobs.end());
}

/// Rules refuse before they change anything, so undoing is rare. Savepoints would keep a copy of
/// each page that a member changes; only a batch in which somebody has to be undone pays for them.
void GroupCommit::run_batch(Jobs& jobs) {
  if (try_batch(jobs, SqliteTx::Undo::with_all)) return;
  roll_back();
  static_cast<void>(try_batch(jobs, SqliteTx::Undo::alone));
}

/// False if what one member did has to be undone and cannot be: nobody is settled then, and the
/// transaction is still open.
bool GroupCommit::try_batch(Jobs& jobs, SqliteTx::Undo mode) {
  if (is_stopped()) {
    settle(jobs, Code::unavailable, kStopped);
    return true;
  }
  try {
    db_->query("BEGIN IMMEDIATE").run();
  } catch (const SqliteError& error) {
    settle(jobs, Code::unavailable, error.what());
    return true;
  }
  Shared shared;
  const auto end = steady_clock::now() + options_.longest_batch;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (i > 0 && steady_clock::now() > end) {
      give_back(jobs, i);
      break;
    }
    const auto ending = run_write(*jobs[i], shared, mode);
    if (ending == Ending::settled) continue;
    if (ending == Ending::undo_all) return false;
    // What the other members did is lost, too: nobody may be answered out of a state that never
    // was.
    roll_back();
    settle(jobs, Code::unavailable, "a neighbour's error undid the transaction");
    return true;
  }
  commit(jobs);
  return true;
}

GroupCommit::Ending GroupCommit::run_write(Job& job, Shared& shared, SqliteTx::Undo mode) {
  job.thrown = nullptr;  // of an earlier run
  SqliteTx tx(*db_, shared, mode);
  try {
    job.outcome = (*job.write)(tx);
  } catch (const StoreError& error) {
    job.outcome = refuse(Code::unavailable, {}, error.what());
  } catch (...) {
    job.thrown = std::current_exception();
  }
  bool is_whole = true;
  try {
    if (job.outcome && !job.thrown) {
      tx.keep();
    } else {
      is_whole = tx.undo();
    }
  } catch (const SqliteError&) {
    return Ending::lost;
  }
  job.changed = tx.has_changed();
  if (!db_->in_transaction() || db_->is_broken()) return Ending::lost;
  return is_whole ? Ending::settled : Ending::undo_all;
}

void GroupCommit::run_read(Job& job) {
  try {
    job.outcome = read_snapshot(*db_, *job.read);
  } catch (...) {
    job.thrown = std::current_exception();
  }
}

void GroupCommit::commit(const Jobs& jobs) {
  // Pages of work that was undone still count as changed; committing them would sync for nothing.
  if (std::none_of(jobs.begin(), jobs.end(), [](const Job* job) { return job->changed; })) {
    return roll_back();
  }
  try {
    mark_->stamp(*db_, clock_.now());
    db_->query("COMMIT").run();
  } catch (const SqliteError& error) {
    roll_back();
    // A full disk refuses the log's pages before their commit mark is written: surely undone.
    // Anything else may have left the mark on the disk.
    return settle(jobs, error.is_full() ? Code::unavailable : Code::outcome_unknown, error.what());
  }
  try {
    mark_->confirm();
  } catch (const StoreError&) {
    // It is done and safe; but what comes next could be forgotten by a restore that nobody notices.
    stopped_ = true;
  }
}

void GroupCommit::roll_back() {
  try {
    if (db_->in_transaction()) db_->query("ROLLBACK").run();
  } catch (const SqliteError&) {
    // BEGIN will fail, and every batch with it, for as long as the connection is in this state.
  }
}

void GroupCommit::settle(const Jobs& jobs, Code code_if_changed, const std::string& why) {
  for (auto* job : jobs) {
    if (job->thrown) continue;
    job->outcome = refuse(job->changed ? code_if_changed : Code::unavailable, {}, why);
  }
}

void GroupCommit::wake(const Jobs& jobs) {
  std::vector<tasks::Waiting*> all;
  all.reserve(jobs.size());
  for (auto* job : jobs) all.push_back(&job->waiting);
  tasks::Waiting::finish_all(all);
}

int GroupCommit::on_commit(void* self, sqlite3* /*handle*/, const char* /*database*/,
                           int pages_in_log) {
  static_cast<GroupCommit*>(self)->pages_in_log_ = pages_in_log;
  return SQLITE_OK;
}

void GroupCommit::checkpoint_from(int pages) {
  if (pages_in_log_ < pages || is_stopped()) return;
  // PASSIVE waits for no reader, and is content with what none of them is in the way of; the log is
  // reused from its start, never truncated, because a file that is overwritten in place reaches the
  // disk in half the time.
  int in_log = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(db_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             &in_log, &copied);
  copied_all_ = code == SQLITE_OK && copied == in_log;
  if (copied_all_) pages_in_log_ = 0;
  if (code == SQLITE_OK) return;
  try {
    db_->fail(code);
  } catch (const SqliteError&) {
    // Remembered by the connection if it matters. A full disk does not: the log keeps everything,
    // and the next batch or pause tries again.
  }
}

}  // namespace tenens::store
