#include "core/run_outs.hpp"

#include "core/audit_events.hpp"
#include "core/session_rules.hpp"

namespace tenens {
namespace {

// Who read the clock before a session's end, and found it alive, has by then done what he was about
// to do with it.
constexpr seconds kUnderWay{10};

AuditEvent event_of(const Session& session, Instant now) {
  const auto action = status_at(session, now) == SessionStatus::abandoned
                          ? AuditAction::session_abandoned
                          : AuditAction::session_expired;
  return audit::run_out(action, session, abandon_at(session));
}

}  // namespace

Done RunOuts::begin_sweep() {
  return store_.read([&](ReadTx& tx) -> Done {
    rest_.clear();
    for (auto& instance : tx.instances()) rest_.push_back({std::move(instance.id), {}});
    return {};
  });
}

Result<RunOuts::Step> RunOuts::step() {
  if (rest_.empty()) {
    if (const auto begun = begin_sweep(); !begun) return tl::unexpected(begun.error());
    if (rest_.empty()) return Step{.sweep_ended = true};
  }
  const auto now = clock_.now() - kUnderWay;
  auto& [instance_id, after] = rest_.front();
  LookedAt found;
  const auto read = store_.read([&](ReadTx& tx) -> Done {
    found = tx.look_for_run_outs(instance_id, after, now, kMostNoted, kMostLookedAt);
    return {};
  });
  if (!read) return tl::unexpected(read.error());

  Step step;
  const SessionId last{found.last};
  if (found.over > 0) {
    const auto committed = store_.write([&](WriteTx& tx) -> Done {
      const auto noted = tx.note_run_outs(instance_id, after, last, now);
      for (const auto& session : noted) tx.append(event_of(session, now));
      step.noted = static_cast<std::int64_t>(noted.size());
      return {};
    });
    if (!committed) return tl::unexpected(committed.error());
  }
  if (found.at_end) {
    rest_.pop_front();
  } else {
    after = last;
  }
  step.sweep_ended = rest_.empty();
  return step;
}

}  // namespace tenens
