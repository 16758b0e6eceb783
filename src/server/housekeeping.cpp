#include "server/housekeeping.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "server/pause.hpp"

namespace tenens::server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kBetweenLooksForRunOuts{5};
constexpr std::chrono::minutes kBetweenRemovals{10};
constexpr std::chrono::minutes kBetweenLines{1};
constexpr std::chrono::seconds kAfterFailure{5};
constexpr std::chrono::milliseconds kBetweenSteps{10};
// A step waits where requests wait: the busier the database, the longer the pause, of so many times
// what the step took.
constexpr int kPauseOfWork = 20;
constexpr int kPauseOfLooking = 100;  // all that is open is looked at again and again

int pause_of(const RunOuts::Step& step) {
  return step.noted > 0 ? kPauseOfWork : kPauseOfLooking;
}
int pause_of(const Retention::Step& /*step*/) {
  return kPauseOfWork;
}

class Tally {
 public:
  explicit Tally(const Log& log) : log_(log) {}
  ~Tally() { say(); }
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  void add(const Retention::Step& step) {
    auto& count = step.what == Removable::actor_tokens     ? actor_tokens_
                  : step.what == Removable::sign_in_tokens ? sign_in_tokens_
                                                           : clients_;
    count += step.removed;
    if (step.sweep_ended || steady_clock::now() - said_at_ >= kBetweenLines) say();
  }

 private:
  void say() {
    said_at_ = steady_clock::now();
    if (actor_tokens_ + sign_in_tokens_ + clients_ == 0) return;
    log_.write(LogLevel::info, "removed",
               {{Field::actor_tokens, actor_tokens_},
                {Field::sign_in_tokens, sign_in_tokens_},
                {Field::clients, clients_}});
    actor_tokens_ = sign_in_tokens_ = clients_ = 0;
  }

  const Log& log_;
  steady_clock::time_point said_at_ = steady_clock::now();
  std::int64_t actor_tokens_ = 0;
  std::int64_t sign_in_tokens_ = 0;
  std::int64_t clients_ = 0;
};

/// Something that is done in steps, and in sweeps of many steps.
template <class Work>
class Chore {
 public:
  Chore(Work work, std::chrono::nanoseconds between_sweeps, const Log& log)
      : work_(std::move(work)), between_sweeps_(between_sweeps), log_(log) {}

  [[nodiscard]] steady_clock::time_point due() const { return due_; }

  /// What was done, if it was time to do something.
  std::optional<typename Work::Step> step_if_due() {
    const auto began = steady_clock::now();
    if (began < due_) return std::nullopt;
    const auto step = work_.step();
    const auto ended = steady_clock::now();
    due_ = ended + pause_after(step, ended - began);
    if (!step) tell(step.error());
    fails_ = !step;
    return step ? std::optional(*step) : std::nullopt;
  }

 private:
  /// Once, for as long as it fails: a database that is away is said by every request.
  void tell(const Failure& failure) const {
    if (fails_) return;
    log_.write(LogLevel::warning, "housekeeping_failed", {{Field::detail, failure.detail}});
  }
  std::chrono::nanoseconds pause_after(const Result<typename Work::Step>& step,
                                       steady_clock::duration took) const {
    if (!step) return kAfterFailure;
    if (step->sweep_ended) return between_sweeps_;
    return std::max<std::chrono::nanoseconds>(kBetweenSteps, pause_of(*step) * took);
  }

  Work work_;
  std::chrono::nanoseconds between_sweeps_;
  const Log& log_;
  bool fails_ = false;
  steady_clock::time_point due_ = steady_clock::now();
};

void work(const std::stop_token& stop, Chore<RunOuts> run_outs,
          std::optional<Chore<Retention>> retention, const Log& log) {
  Tally tally(log);
  for (bool goes_on = !stop.stop_requested(); goes_on;) {
    run_outs.step_if_due();  // first: what is not noted is not removed
    auto due = run_outs.due();
    if (retention) {
      if (const auto step = retention->step_if_due()) tally.add(*step);
      due = std::min(due, retention->due());
    }
    goes_on = pause(stop, due - steady_clock::now());
  }
}

}  // namespace

HousekeepingThread::HousekeepingThread(Store& store, const Clock& clock, const Settings& settings,
                                       const Log& log)
    : thread_([&](const std::stop_token& stop) {
        std::optional<Chore<Retention>> retention;
        if (settings.retention) {
          retention.emplace(Retention(store, clock, settings), kBetweenRemovals, log);
        }
        work(stop, {RunOuts(store, clock), kBetweenLooksForRunOuts, log}, std::move(retention),
             log);
      }) {}

}  // namespace tenens::server
