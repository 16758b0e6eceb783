#include "store/postgres/unknown_outcomes.hpp"

#include <algorithm>
#include <set>

#include "core/audit_events.hpp"

namespace tenens::store::postgres {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMost = 4096;
constexpr std::size_t kAtOnce = 64;
constexpr milliseconds kLookEvery{500};
constexpr milliseconds kIdle{60'000};
constexpr milliseconds kSettleTime{2000};

bool is_written(WriteTx& tx, const AuditEvent& event, std::int64_t after) {
  const AuditFilter similar{.actor_token_id = event.actor_token_id,
                            .session_id = event.session_id,
                            .action = event.action,
                            .after = after};
  auto found = tx.audit_events(event.instance_id, similar, {.limit = 1000});
  return std::any_of(found.begin(), found.end(), [&](AuditEvent& row) {
    row.sequence = event.sequence;
    return row == event;
  });
}

}  // namespace

void UnknownOutcomes::note(Floors floors) {
  const std::lock_guard lock(mutex_);
  floors_ = std::move(floors);
}

UnknownOutcomes::Floors UnknownOutcomes::floors() const {
  const std::lock_guard lock(mutex_);
  return floors_;
}

void UnknownOutcomes::remember(std::vector<AuditEvent> acts, const Floors& floors) {
  for (const auto& act : acts) report_(act);
  const std::lock_guard lock(mutex_);
  for (auto& act : acts) {
    const auto floor = floors.find(act.instance_id);
    acts_.push_back({std::move(act), floor == floors.end() ? 0 : floor->second});
  }
}

bool UnknownOutcomes::any() const {
  const std::lock_guard lock(mutex_);
  return !acts_.empty();
}

bool UnknownOutcomes::is_full() const {
  const std::lock_guard lock(mutex_);
  return acts_.size() >= kMost;
}

bool UnknownOutcomes::is_due() const {
  const std::lock_guard lock(mutex_);
  return !acts_.empty() && !settling_ && steady_clock::now() >= looked_at_ + kLookEvery;
}

void UnknownOutcomes::put_off() {
  const std::lock_guard lock(mutex_);
  looked_at_ = steady_clock::now();
}

milliseconds UnknownOutcomes::next_look() const {
  return any() ? kLookEvery : kIdle;
}

std::vector<UnknownOutcomes::Act> UnknownOutcomes::take_some() {
  const std::lock_guard lock(mutex_);
  if (settling_) return {};
  settling_ = !acts_.empty();
  const auto end = acts_.begin() + static_cast<std::ptrdiff_t>(std::min(kAtOnce, acts_.size()));
  std::vector<Act> some(std::make_move_iterator(acts_.begin()), std::make_move_iterator(end));
  acts_.erase(acts_.begin(), end);
  return some;
}

void UnknownOutcomes::put_back(std::vector<Act> acts) {
  const std::lock_guard lock(mutex_);
  settling_ = false;
  acts_.insert(acts_.begin(), std::make_move_iterator(acts.begin()),
               std::make_move_iterator(acts.end()));
}

void UnknownOutcomes::settle(Connection& connection, DatabaseClock& clock) {
  /// Whatever is not known to be told by the end stays.
  struct Rest {
    UnknownOutcomes& all;
    std::vector<Act> acts;
    ~Rest() { all.put_back(std::move(acts)); }
  };
  auto some = take_some();
  if (some.empty()) return;
  Rest rest{*this, std::move(some)};

  connection.set_deadline(steady_clock::now() + kSettleTime);
  connection.begin(kBeginWrite);
  // One who still waits for a standby holds the counter, and may for long.
  connection.execute("SET LOCAL lock_timeout = '200ms'");
  clock.refresh(connection);
  Shared shared;
  PostgresTx tx(connection, PostgresTx::Mode::together, shared);
  std::set<InstanceId> instances;
  for (const auto& act : rest.acts) instances.insert(act.event.instance_id);
  for (const auto& instance : instances) tx.wait_for_audit(instance);

  std::erase_if(rest.acts,
                [&](const Act& act) { return act.told && is_written(tx, *act.told, act.after); });
  for (auto& act : rest.acts) act.told.reset();
  std::vector<AuditEvent> outcomes;
  for (const auto& act : rest.acts) {
    outcomes.push_back(
        audit::outcome(act.event, is_written(tx, act.event, act.after), clock.now()));
  }
  for (const auto& outcome : outcomes) tx.append(outcome);
  tx.write_audit();
  switch (connection.commit()) {
    case Connection::Committed::yes: rest.acts.clear(); break;
    case Connection::Committed::no: break;
    case Connection::Committed::perhaps:
      for (std::size_t i = 0; i < rest.acts.size(); ++i) rest.acts[i].told = outcomes[i];
      break;
  }
}

}  // namespace tenens::store::postgres
