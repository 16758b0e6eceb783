#include "server/retention.hpp"

#include <algorithm>
#include <chrono>

#include "server/pause.hpp"

namespace tenens::server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::minutes kBetweenSweeps{10};
constexpr std::chrono::minutes kBetweenLines{1};
constexpr std::chrono::seconds kAfterFailure{5};
constexpr std::chrono::milliseconds kBetweenSteps{10};
// A step waits where requests wait: the busier the database, the longer the pause.
constexpr int kPauseOfWork = 20;

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

/// A database that is away is said by every request; here it is only a longer pause.
std::chrono::nanoseconds pause_after(const Result<Retention::Step>& step,
                                     steady_clock::duration took) {
  if (!step) return kAfterFailure;
  if (step->sweep_ended) return kBetweenSweeps;
  return std::max<std::chrono::nanoseconds>(kBetweenSteps, kPauseOfWork * took);
}

void work(const std::stop_token& stop, Retention retention, const Log& log) {
  Tally tally(log);
  for (bool goes_on = !stop.stop_requested(); goes_on;) {
    const auto began = steady_clock::now();
    const auto step = retention.step();
    if (step) tally.add(*step);
    goes_on = pause(stop, pause_after(step, steady_clock::now() - began));
  }
}

}  // namespace

RetentionThread::RetentionThread(Store& store, const Clock& clock, const Settings& settings,
                                 const Log& log)
    : thread_([&](const std::stop_token& stop) {
        work(stop, Retention(store, clock, settings), log);
      }) {}

}  // namespace tenens::server
