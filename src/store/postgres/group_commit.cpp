#include "store/postgres/group_commit.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "tasks/scheduler.hpp"

namespace tenens::store::postgres {
namespace {

using std::chrono::steady_clock;

// Together they bound how long a caller waits: for its turn, for its batch, for the commit.
constexpr auto kQueueTime = std::chrono::seconds(5);
constexpr auto kBatchTime = std::chrono::seconds(5);
constexpr auto kCommitTime = std::chrono::seconds(5);
constexpr int kAttempts = 8;
// Most commits are quicker, also with a standby nearby.
constexpr auto kPatience = milliseconds(10);

thread_local const GroupCommit* t_serving = nullptr;

/// Longer each time, and never the same on two nodes.
void pause_before(int attempt) {
  thread_local std::minstd_rand engine{std::random_device{}()};
  const int most = 2 << std::min(attempt, 6);
  std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution(1, most)(engine)));
}

}  // namespace

GroupCommit::GroupCommit(Connector& connector, DatabaseClock& clock, UnknownOutcomes& unknown,
                         GroupCommitOptions options)
    : connector_(connector), clock_(clock), unknown_(unknown), options_(options) {
  const auto count = std::max<std::size_t>(1, options_.threads);
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_all();
  for (auto& thread : threads_) thread.join();
}

Done GroupCommit::write(const std::function<Done(WriteTx&)>& work, const Foresight* about) {
  if (t_serving == this) {
    throw std::logic_error("a store's closure waits for the store: it would wait for itself");
  }
  Job job{work, about};
  bool was_idle = false;
  {
    const std::lock_guard lock(mutex_);
    was_idle = waiting_.empty();
    waiting_.push_back(&job);
  }
  if (was_idle) {
    const auto tell = [](void* self) { static_cast<GroupCommit*>(self)->arrived_.notify_one(); };
    tasks::Scheduler::at_end_of_turn(tell, this);
  }
  job.waiting.wait();
  if (job.thrown) std::rethrow_exception(std::move(job.thrown));
  return std::move(job.outcome);
}

void GroupCommit::run() {
  t_serving = this;
  Line line;
  Jobs jobs;
  while (take(jobs)) {
    if (!jobs.empty()) {
      run_batch(line, std::move(jobs));
      const std::lock_guard lock(mutex_);
      --serving_;
    }
    if (unknown_.is_due()) settle_outcomes(line);
  }
  if (unknown_.any()) settle_outcomes(line);
}

void GroupCommit::settle_outcomes(Line& line) {
  unknown_.put_off();  // however it goes: a database that is away is not asked without a pause
  try {
    open(line);
    unknown_.settle(*line.connection, clock_);
  } catch (const StoreError&) {
    // They stay remembered; the next round tries again.
  }
  if (line.connection && !line.connection->is_lost()) line.connection->roll_back();
}

void GroupCommit::open(Line& line) {
  if (line.connection && !line.connection->is_lost() && !connector_.is_outdated(*line.connection)) {
    return;
  }
  line.connection.reset();
  line.connection = connector_.connect_writer();
}

bool GroupCommit::is_there_a_batch() const {
  return !waiting_.empty() && (serving_ == 0 || waiting_.size() >= options_.max_batch ||
                               steady_clock::now() >= waiting_.front()->queued_at + kPatience);
}

bool GroupCommit::take(Jobs& jobs) {
  std::unique_lock lock(mutex_);
  const auto something = [&] { return closing_ || is_there_a_batch(); };
  while (!something() && !unknown_.is_due()) {
    const auto most = unknown_.next_look();
    arrived_.wait_for(lock, waiting_.empty() ? most : std::min(most, kPatience));
  }
  if (!something()) {  // an outcome is due
    jobs.clear();
    return true;
  }
  const auto count = std::min(waiting_.size(), std::max<std::size_t>(1, options_.max_batch));
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  jobs.assign(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  if (count > 0) ++serving_;
  if (!waiting_.empty()) arrived_.notify_one();  // they may be another thread's
  return count > 0 || !closing_;
}

/// Who has waited for longer than a caller may while every thread was held up.
void GroupCommit::turn_away_overdue(Jobs& jobs) {
  const auto now = steady_clock::now();
  const auto in_time = [&](const Job* job) { return now < job->queued_at + kQueueTime; };
  const auto overdue = std::stable_partition(jobs.begin(), jobs.end(), in_time);
  const Jobs late(overdue, jobs.end());
  jobs.erase(overdue, jobs.end());
  for (auto* job : late) job->outcome = refuse(Code::unavailable, {}, "the database is too slow");
  wake(late);
}

void GroupCommit::run_batch(Line& line, Jobs jobs) {
  turn_away_overdue(jobs);
  if (jobs.empty()) return;
  auto give_up = steady_clock::now() + kBatchTime;
  Jobs slow;
  auto ending = persist(line, jobs, Mode::together, give_up);
  for (; ending == Ending::slow; ending = persist(line, jobs, Mode::together, give_up)) {
    slow.push_back(line.slow);
    std::erase(jobs, line.slow);
  }
  if (ending == Ending::split) {
    for (auto* job : jobs) persist(line, {job}, Mode::alone, give_up);
  }
  wake(jobs);
  for (auto* job : slow) {
    Jobs one{job};
    turn_away_overdue(one);
    if (one.empty()) continue;
    give_up = steady_clock::now() + kBatchTime;
    persist(line, one, Mode::alone, give_up);
    wake(one);
  }
}

/// Tries until the jobs are settled, or to be split.
GroupCommit::Ending GroupCommit::persist(Line& line, const Jobs& jobs, Mode mode,
                                         SteadyTime give_up) {
  for (int tries = 0; tries < kAttempts && steady_clock::now() < give_up; ++tries) {
    if (tries > 0) pause_before(tries);
    try {
      open(line);
    } catch (const StoreError& error) {
      line.trouble = error.what();
      break;  // the next batch tries again; these callers have waited for a connection already
    }
    const auto ending = attempt(line, jobs, mode, give_up);
    if (ending == Ending::settled || ending == Ending::slow) return ending;
    // Members that take their locks in different orders on two nodes meet in a deadlock again and
    // again; one alone hardly does.
    const bool crossed = ending == Ending::again && line.connection->has_conflict();
    if (mode == Mode::together && (ending == Ending::split || crossed)) return Ending::split;
  }
  settle(jobs, Code::unavailable, line.trouble);
  return Ending::settled;
}

GroupCommit::Ending GroupCommit::attempt(Line& line, const Jobs& jobs, Mode mode,
                                         SteadyTime give_up) {
  auto& connection = *line.connection;
  connection.set_deadline(give_up);
  line.floors = unknown_.floors();
  Shared shared;
  try {
    connection.post_begin(kBeginWrite);
    if (mode == Mode::alone) connection.query("SET LOCAL lock_timeout = 0").post();
    clock_.refresh(connection);
    if (mode == Mode::together) look_ahead(jobs, {connection, mode, shared});
    auto ending = run_jobs(line, jobs, mode, shared);
    if (ending == Ending::settled) {
      PostgresTx tx(connection, mode, shared);
      tx.write_new_rows();
      tx.write_audit();
      ending = commit(line, jobs, shared);
      if (ending == Ending::settled) return ending;
    }
    line.trouble = "the transaction met another one too often";
    connection.roll_back();
    return ending;
  } catch (const StoreError& error) {
    line.trouble = error.what();
  }
  if (!connection.is_lost()) connection.roll_back();
  // Whoever waited here waited for the audit's counter, or while somebody locked all users: it was
  // no member's fault.
  const bool others = connection.has_conflict() || connection.has_waited();
  if (connection.is_lost() || others) return Ending::again;
  if (mode == Mode::together) return Ending::split;
  settle(jobs, Code::unavailable, line.trouble);
  return Ending::settled;
}

void GroupCommit::look_ahead(const Jobs& jobs, PostgresTx tx) {
  std::vector<const Foresight*> abouts;
  for (const auto* job : jobs) {
    if (job->about != nullptr) abouts.push_back(job->about);
  }
  tx.look_ahead(abouts);
}

GroupCommit::Ending GroupCommit::run_jobs(Line& line, const Jobs& jobs, Mode mode, Shared& shared) {
  auto& connection = *line.connection;
  auto& audit = shared.audit;
  for (auto* job : jobs) {
    PostgresTx tx(connection, mode, shared);
    const auto appended = audit.size();
    const bool keep = run_job(*job, tx);
    job->changed = keep && tx.has_changed();
    // A closure may have swallowed what the connection remembers.
    if (mode == Mode::together && connection.has_waited()) {
      line.slow = job;
      return Ending::slow;
    }
    if (connection.is_lost() || connection.has_conflict()) return Ending::again;
    if (mode == Mode::together && (connection.has_failed() || (!keep && tx.is_dirty()))) {
      return Ending::split;
    }
    if (keep && connection.has_failed()) throw StoreError("the transaction has been rolled back");
    if (!keep) audit.resize(std::min(appended, audit.size()));
  }
  return Ending::settled;
}

/// False if what it did must not stay.
bool GroupCommit::run_job(Job& job, WriteTx& tx) {
  job.thrown = nullptr;
  try {
    job.outcome = job.work(tx);
  } catch (const StoreError& error) {
    job.outcome = refuse(Code::unavailable, {}, error.what());
  } catch (...) {
    job.thrown = std::current_exception();
  }
  return job.outcome && !job.thrown;
}

/// A commit whose wait for its standby was cancelled, or whose primary has restarted, is seen
/// before any standby has it. "It is revoked already" must not rest on such a one: a standby that
/// has what is committed now has all that was seen. A transaction waits for it only if it has
/// written something, and a row's lock is the least that counts.
void GroupCommit::post_proof_of_reads(Connection& connection) {
  connection.roll_back();
  connection.post_begin(kBeginWrite);
  connection.query("SELECT 1 FROM instances FOR KEY SHARE").post();
}

GroupCommit::Ending GroupCommit::commit(Line& line, const Jobs& jobs, Shared& shared) {
  auto& connection = *line.connection;
  if (std::none_of(jobs.begin(), jobs.end(), [](const Job* job) { return job->changed; })) {
    post_proof_of_reads(connection);
  }
  connection.set_deadline(steady_clock::now() + kCommitTime);
  switch (connection.commit()) {
    case Connection::Committed::yes: return Ending::settled;
    case Connection::Committed::no: return Ending::again;
    case Connection::Committed::perhaps: break;
  }
  unknown_.remember(std::move(shared.appended), line.floors);
  settle(jobs, Code::outcome_unknown, "the database did not say whether it committed");
  return Ending::settled;
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

}  // namespace tenens::store::postgres
