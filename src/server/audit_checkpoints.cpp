#include "server/audit_checkpoints.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "server/pause.hpp"

namespace tenens::server {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kBetweenRounds{5};
// Of a log that grows faster than that it has a fifth of a thread's time, and falls behind.
constexpr int kPauseOfWork = 4;

class Checkpointer {
 public:
  Checkpointer(Store& store, AuditCheckpoints& checkpoints, const Log& log)
      : store_(store), checkpoints_(checkpoints), log_(log) {}

  void work(const std::stop_token& stop) {
    for (bool goes_on = true; goes_on;) {
      const auto began = steady_clock::now();
      const bool is_behind = step();
      const auto took = steady_clock::now() - began;
      goes_on = is_behind ? pause(stop, kPauseOfWork * took) : pause(stop, kBetweenRounds);
    }
    if (database_answers_) (void)step();
  }

 private:
  /// True if there is more to do at once.
  bool step() {
    std::vector<Instance> instances;
    const auto read = store_.read([&](ReadTx& tx) -> Done {
      instances = tx.instances();
      return {};
    });
    database_answers_ = read.has_value();
    bool is_behind = false;
    if (!read) return is_behind;
    for (const auto& instance : instances) {
      const auto advance = checkpoints_.advance(instance.id);
      database_answers_ = database_answers_ && advance.has_value();
      if (!advance) continue;
      is_behind = is_behind || advance->leaves == AuditCheckpoints::kMostLeaves;
      say(instance.id, *advance);
    }
    return is_behind;
  }

  void say(const InstanceId& instance, const AuditCheckpoints::Advance& advance) {
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
};

}  // namespace

CheckpointThread::CheckpointThread(Store& store, AuditCheckpoints& checkpoints, const Log& log)
    : thread_(
          [&](const std::stop_token& stop) { Checkpointer(store, checkpoints, log).work(stop); }) {}

}  // namespace tenens::server
