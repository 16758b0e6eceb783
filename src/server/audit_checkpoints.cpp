#include "server/audit_checkpoints.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "core/transact.hpp"
#include "server/pause.hpp"

namespace tenens::server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kBetweenRounds{5};
// Of an audit that grows faster than that it has a fifth of a thread's time, and falls behind.
constexpr int kPauseOfStep = 4;

/// For a thread that has much to do beside others who are in a hurry: a pause after each stretch of
/// work, so that nobody on its core waits for longer than one.
class Breather {
 public:
  explicit Breather(const std::stop_token& stop) : stop_(stop) {}

  void rest() {
    // Who shall stop finishes at once.
    (void)pause(stop_, kPauseOfStep * (steady_clock::now() - since_));
    since_ = steady_clock::now();
  }

 private:
  const std::stop_token& stop_;
  steady_clock::time_point since_ = steady_clock::now();
};

class Checkpointer {
 public:
  Checkpointer(Store& store, AuditCheckpoints& checkpoints, const Log& log)
      : store_(store), checkpoints_(checkpoints), log_(log) {}

  void work(const std::stop_token& stop) {
    for (bool goes_on = true; goes_on;) {
      const bool is_behind = step(stop);
      goes_on = is_behind ? !stop.stop_requested() : pause(stop, kBetweenRounds);
    }
    if (database_answers_) (void)step(stop);
  }

 private:
  /// True if there is more to do at once.
  bool step(const std::stop_token& stop) {
    Breather breather(stop);
    const auto instances = read_from(store_, [](ReadTx& tx) { return tx.instances(); });
    database_answers_ = instances.has_value();
    bool is_behind = false;
    if (!instances) return is_behind;
    for (const auto& instance : *instances) {
      const auto advance = checkpoints_.advance(instance.id, [&] { breather.rest(); });
      database_answers_ = database_answers_ && advance.has_value();
      if (!advance) continue;
      is_behind = is_behind || advance->leaves == AuditCheckpoints::kMostLeaves;
      say(instance.id, *advance);
      breather.rest();
    }
    return is_behind;
  }

  void say(const InstanceId& instance, const AuditCheckpoints::Advance& advance) {
    auto& largest = largest_[instance];
    if (advance.size - advance.leaves < largest) {  // the one that it went on from
      log_.write(LogLevel::error, "audit_checkpoint_lost",
                 {{Field::id, instance.text}, {Field::count, largest}});
    }
    largest = advance.size;
    auto& said = broken_at_[instance];
    if (advance.broken_at && advance.broken_at != said) {
      log_.write(LogLevel::error, "audit_broken",
                 {{Field::id, instance.text}, {Field::sequence, *advance.broken_at}});
    }
    said = advance.broken_at;
    if (advance.leaves > 0) {
      log_.write(LogLevel::debug, "audit_checkpoint",
                 {{Field::id, instance.text}, {Field::count, advance.size}});
    }
  }

  Store& store_;
  AuditCheckpoints& checkpoints_;
  const Log& log_;
  bool database_answers_ = false;
  std::map<InstanceId, std::optional<std::int64_t>> broken_at_;
  std::map<InstanceId, std::int64_t> largest_;  // sizes, which grow
};

}  // namespace

CheckpointThread::CheckpointThread(Store& store, AuditCheckpoints& checkpoints, const Log& log)
    : thread_(
          [&](const std::stop_token& stop) { Checkpointer(store, checkpoints, log).work(stop); }) {}

}  // namespace tenens::server
